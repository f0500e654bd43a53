package io.discovery.cluster;

import com.hazelcast.config.MemberAttributeConfig;
import java.util.Map;
import java.util.Optional;

/**
 * The format of messages and stored values that members of a program version use. Members whose formats are one apart
 * understand each other, so that a cluster can be updated one member after the other: a member of the older format does
 * without the additions of the newer one, and a member of the newer format leaves in place the data that it no longer
 * uses. Members further apart refuse each other, as do members that name no format.
 *
 * @param program the version of the program, for people
 * @param format the number of the format
 */
record WireVersion(String program, int format) {

    /**
     * The format of this program. It rises by one with each release in which members send or store something new, or no
     * longer send something; a field that is only added and has a default needs none.
     */
    static final int FORMAT = 1;

    static final String PROGRAM_ATTRIBUTE = "version";
    private static final String FORMAT_ATTRIBUTE = "format";

    static WireVersion of(String program) {
        return new WireVersion(program, FORMAT);
    }

    /** Sets the attributes by which a member tells its peers its version. */
    void tellIn(MemberAttributeConfig attributes) {
        attributes.setAttribute(PROGRAM_ATTRIBUTE, program);
        attributes.setAttribute(FORMAT_ATTRIBUTE, Integer.toString(format));
    }

    /**
     * Returns why a member with {@code attributes} and one of this version cannot be in one cluster; empty if they can.
     */
    Optional<String> refusalOf(Map<String, String> attributes) {
        String theirs = attributes.getOrDefault(FORMAT_ATTRIBUTE, "none");
        if (theirs.equals(Integer.toString(format - 1))
                || theirs.equals(Integer.toString(format))
                || theirs.equals(Integer.toString(format + 1))) {
            return Optional.empty();
        }
        return Optional.of("discovery " + program + " here and " + attributes.getOrDefault(PROGRAM_ATTRIBUTE, "?")
                + " there do not understand each other (format " + format + " and " + theirs
                + "): update in steps, each to a version that speaks with the one before");
    }
}
