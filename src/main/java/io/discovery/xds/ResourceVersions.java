package io.discovery.xds;

import io.discovery.directory.ContentVersion;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a client has of one type's resources, by name, and one version for all: a sum of hashes, so it is
 * equal on every member and in any order, and costs what changes instead of what there is. Confined to one event loop.
 */
final class ResourceVersions {

    private static final String NO_HOSTS = ContentVersion.EMPTY.toString();

    private final Map<String, String> versions = new HashMap<>();
    private long high;
    private long low;

    /** Returns the version that the client has of a resource, or null if it has none. */
    @Nullable
    String find(String name) {
        return versions.get(name);
    }

    /** Returns a view of the names. */
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

    /**
     * Returns the version of all resources; for a single resource its own version, which people find elsewhere too, unless
     * it is that of every service without hosts.
     */
    String version() {
        return versions.size() == 1 && !versions.containsValue(NO_HOSTS)
                ? versions.values().iterator().next()
                : HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    private static UUID hash(String name, String version) {
        return UUID.nameUUIDFromBytes((name + '\0' + version).getBytes(StandardCharsets.UTF_8));
    }
}
