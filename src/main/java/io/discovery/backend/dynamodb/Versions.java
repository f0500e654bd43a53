package io.discovery.backend.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import io.discovery.model.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Codec of the versions of a registration's registers, which the seed's item has no place for, as one text:
 * {@code {"c":[micros,member],"d":[micros,member],"t":{"az":[micros,member]}}} for check-in, deregistration and those
 * tags that are not of the check-in's version.
 */
record Versions(@Nullable Version checkIn, @Nullable Version deregistration, Map<String, Version> tags) {

    private static final String CHECK_IN = "c";
    private static final String DEREGISTRATION = "d";
    private static final String TAGS = "t";

    /** Returns the versions of an item that the seed, or a person, wrote: all registers are as old as the check-in. */
    static Versions ofCheckInAlone(long micros) {
        return new Versions(new Version(micros, Version.NO_MEMBER), null, Map.of());
    }

    /** Returns the versions of a tombstone that the seed wrote back: a deregistration of long ago. */
    static Versions ofOldTombstone() {
        return new Versions(null, new Version(0, Version.NO_MEMBER), Map.of());
    }

    static String write(Registration registration) {
        StringJoiner fields = new StringJoiner(",", "{", "}");
        CheckIn checkIn = registration.checkIn();
        Version common = checkIn == null ? null : checkIn.version();
        if (common != null) {
            fields.add(field(CHECK_IN, common));
        }
        if (registration.deregistration() != null) {
            fields.add(field(DEREGISTRATION, registration.deregistration()));
        }
        StringJoiner tags = new StringJoiner(",", "{", "}").setEmptyValue("");
        for (Tag tag : registration.tags().list()) {
            if (!tag.version().equals(common)) {
                tags.add(field(tag.key(), tag.version()));
            }
        }
        if (tags.length() > 0) {
            fields.add("\"" + TAGS + "\":" + tags);
        }
        return fields.toString();
    }

    private static String field(String name, Version version) {
        return JsonText.quote(name) + ":" + write(version);
    }

    static String write(Version version) {
        return "[" + version.micros() + "," + version.member() + "]";
    }

    /** Parses versions; returns empty if the text is not the output of {@link #write}. */
    static Optional<Versions> parse(String text) {
        try {
            return JsonText.parse(text).filter(JsonNode::isObject).map(Versions::of);
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static Versions of(JsonNode fields) {
        Map<String, Version> tags = new HashMap<>();
        for (Map.Entry<String, JsonNode> tag : fields.path(TAGS).properties()) {
            tags.put(tag.getKey(), version(tag.getValue()));
        }
        return new Versions(optional(fields.get(CHECK_IN)), optional(fields.get(DEREGISTRATION)), tags);
    }

    private static @Nullable Version optional(@Nullable JsonNode pair) {
        return pair == null ? null : version(pair);
    }

    /** @throws IllegalArgumentException if the JSON is not the output of {@link #write(Version)} */
    static Version version(JsonNode pair) {
        if (pair.size() != 2 || !isLong(pair.path(0)) || !isLong(pair.path(1))) {
            throw new IllegalArgumentException("not a version: " + pair);
        }
        return new Version(pair.path(0).longValue(), pair.path(1).longValue());
    }

    private static boolean isLong(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong();
    }

    /**
     * Returns whether these were written together with the time of the check-in. If not, another program has written
     * the time since.
     */
    boolean fits(long checkInMicros) {
        return checkIn == null
                ? deregistration != null && checkInMicros == ItemCodec.NO_CHECK_IN
                : checkIn.micros() == checkInMicros;
    }

    Version ofTag(String key) {
        Version own = tags.get(key);
        if (own != null) {
            return own;
        }
        Version common = checkIn != null ? checkIn : deregistration;
        if (common == null) {
            throw new IllegalArgumentException("neither check-in nor deregistration");
        }
        return common;
    }
}
