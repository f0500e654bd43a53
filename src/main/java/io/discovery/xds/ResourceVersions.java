package io.discovery.xds;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The versions of what a client has of one type, by name, and one version for all of it: a sum, and so the same on every
 * member, in whatever order it came, and at the cost of what changes instead of what there is. Belongs to one event loop.
 */
final class ResourceVersions {

    private final Map<String, String> versions = new HashMap<>();
    private long high;
    private long low;

    /** The version of the resource that the client has; null for none. */
    @Nullable
    String find(String name) {
        return versions.get(name);
    }

    /** A view. */
    Set<String> names() {
        return Collections.unmodifiableSet(versions.keySet());
    }

    void put(Resource resource) {
        put(resource.name(), resource.version());
    }

    void put(String name, String version) {
        remove(name);
        versions.put(name, version);
        UUID hash = hash(name, version);
        high += hash.getMostSignificantBits();
        low += hash.getLeastSignificantBits();
    }

    void remove(String name) {
        String version = versions.remove(name);
        if (version != null) {
            UUID hash = hash(name, version);
            high -= hash.getMostSignificantBits();
            low -= hash.getLeastSignificantBits();
        }
    }

    /** Of all together; of a single resource it is that resource's own, which people find elsewhere too. */
    String version() {
        return versions.size() == 1
                ? versions.values().iterator().next()
                : HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    private static UUID hash(String name, String version) {
        return UUID.nameUUIDFromBytes((name + '\0' + version).getBytes(StandardCharsets.UTF_8));
    }
}
