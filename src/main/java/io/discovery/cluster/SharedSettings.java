package io.discovery.cluster;

import io.discovery.config.Setting;
import io.discovery.config.Settings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings on which all members must agree: with different leases or keys they would show different lists. Each
 * member tells its own as attributes; who joins and differs from those who are there leaves again at once.
 */
record SharedSettings(Map<String, String> values) {

    SharedSettings {
        values = Map.copyOf(values);
    }

    static SharedSettings of(Settings settings) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("HOST_TTL", Long.toString(settings.hostTtl().toSeconds()));
        values.put("INSTANCE_KEY", settings.instanceKey().text());
        values.put("CLUSTER_NAME", settings.cluster().name());
        values.put("BACKEND_STORAGE", settings.backend().storage());
        values.put("DYNAMODB_TABLE_HOSTS", settings.backend().dynamoDb().table());
        return new SharedSettings(values);
    }

    /**
     * On which members should agree but may differ for a while, so that it can be switched on one member after the other:
     * with it on some, lists differ only while it is active.
     */
    static SharedSettings wished(Settings settings) {
        return new SharedSettings(Map.of(
                Setting.EXPIRY_PROTECTION.name(), settings.expiryProtection().text()));
    }

    /** Where another member's values differ, named with both; empty if they agree. */
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
