package io.discovery.cluster;

import com.hazelcast.config.MemberAttributeConfig;
import java.util.Map;
import java.util.Optional;

/**
 * Which form of their messages and values members of a program's version speak. Members whose forms are one apart understand each
 * other, so that a cluster can be updated one member after the other: what a form adds the one before does without, and what it
 * takes away the one after leaves in place. Members further apart refuse each other, as do those that name no form.
 *
 * @param program the version of the program, for people
 * @param format the number of the form
 */
record WireVersion(String program, int format) {

    /**
     * The form of this program. One more for each release in which members send or store something new, or no longer send
     * something; a field that is only added and has a default needs none.
     */
    static final int FORMAT = 1;

    static final String PROGRAM_ATTRIBUTE = "version";
    private static final String FORMAT_ATTRIBUTE = "format";

    static WireVersion of(String program) {
        return new WireVersion(program, FORMAT);
    }

    /** Makes a member tell its peers. */
    void tellIn(MemberAttributeConfig attributes) {
        attributes.setAttribute(PROGRAM_ATTRIBUTE, program);
        attributes.setAttribute(FORMAT_ATTRIBUTE, Integer.toString(format));
    }

    /** Why a member that tells {@code attributes} and one of this version cannot be in one cluster; empty if they can. */
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
