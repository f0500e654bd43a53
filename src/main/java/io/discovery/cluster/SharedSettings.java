package io.discovery.cluster;

import io.discovery.config.Setting;
import io.discovery.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings on which all members must agree: with different leases or keys they would show different lists. Each
 * member publishes its own as attributes; a member that joins with other settings than the members of the cluster
 * leaves again at once.
 */
record SharedSettings(Map<String, String> values) {

    private static final int DIGEST_BYTES = 16;

    SharedSettings {
        values = Map.copyOf(values);
    }

    static SharedSettings of(Settings settings) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("HOST_TTL", Long.toString(settings.registry().hostTtl().toSeconds()));
        values.put("INSTANCE_KEY", settings.registry().instanceKey().text());
        values.put("CLUSTER_NAME", settings.cluster().name());
        values.put("BACKEND_STORAGE", settings.backend().storage());
        values.put("DYNAMODB_TABLE_HOSTS", settings.backend().dynamoDb().table());
        return new SharedSettings(values);
    }

    /**
     * Returns the settings on which members should agree but may differ for a while, so that a setting can be switched
     * on one member after the other: while only some members have it, lists differ only while the protection is active.
     */
    static SharedSettings preferred(Settings settings) {
        return new SharedSettings(Map.of(
                Setting.EXPIRY_PROTECTION.name(),
                settings.registry().expiryProtection().text()));
    }

    /** Returns a digest of all settings on which members must or should agree: equal for members that do. */
    static String digest(Settings settings) {
        Map<String, String> all = new TreeMap<>(of(settings).values);
        all.putAll(preferred(settings).values);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** Returns the settings in which another member's values differ, with both values; empty if the members agree. */
    String differencesFrom(Map<String, String> others) {
        StringBuilder differences = new StringBuilder();
        values.keySet().stream().sorted().forEach(name -> {
            String ours = values.getOrDefault(name, "");
            String theirs = others.getOrDefault(name, "");
            if (!ours.equals(theirs)) {
                differences
                        .append(differences.isEmpty() ? "" : ", ")
                        .append(name)
                        .append(": here '")
                        .append(ours)
                        .append("', in the cluster '")
                        .append(theirs)
                        .append('\'');
            }
        });
        return differences.toString();
    }
}
