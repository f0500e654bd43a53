package io.discovery.cluster;

import com.hazelcast.config.MemberAttributeConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The place of the table that a member has as its backend, which it tells its peers: tables of one name at two endpoints,
 * or in two regions, are two, and each would get a part of the changes. Members may differ in it, because one table can
 * have two addresses.
 */
public final class TablePlace {

    /** The attribute by which members tell it: the setting that decides it, if the region does not. */
    static final String ATTRIBUTE = "DYNAMODB_URL";

    private TablePlace() {}

    /** @param place the table with its endpoint or region; no secrets */
    public static void tellIn(MemberAttributeConfig attributes, String place) {
        attributes.setAttribute(ATTRIBUTE, place);
    }

    /** Returns what a member tells; null if it has no table, or its version tells no place. */
    static @Nullable String in(Map<String, String> attributes) {
        return attributes.get(ATTRIBUTE);
    }
}
