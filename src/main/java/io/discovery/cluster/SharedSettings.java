package io.discovery.cluster;

import com.hazelcast.config.MemberAttributeConfig;
import io.discovery.config.Setting;
import io.discovery.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings on which all members must agree: with different leases or keys they would show different lists. Each
 * member publishes its own as attributes; a member that joins with other settings than the members of the cluster
 * leaves again at once. While a cluster moves to another backend, members with the one and the other are in it.
 */
record SharedSettings(Map<String, String> values, Optional<String> storageBefore) {

    /** The attribute by which members tell the name of their backend. */
    static final String STORAGE = Setting.BACKEND_STORAGE.name();

    private static final String BEFORE = Setting.BACKEND_STORAGE_BEFORE.name();
    private static final Set<String> OF_A_BACKEND = Set.of(STORAGE, Setting.DYNAMODB_TABLE_HOSTS.name());
    private static final int DIGEST_BYTES = 16;

    SharedSettings {
        values = Map.copyOf(values);
    }

    static SharedSettings of(Settings settings) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("HOST_TTL", Long.toString(settings.registry().hostTtl().toSeconds()));
        values.put("INSTANCE_KEY", settings.registry().instanceKey().text());
        values.put("CLUSTER_NAME", settings.cluster().name());
        values.put(STORAGE, settings.backend().storage());
        values.put("DYNAMODB_TABLE_HOSTS", settings.backend().dynamoDb().table());
        return new SharedSettings(values, settings.backend().before());
    }

    /**
     * Returns the settings on which members should agree but may differ for a while, so that a setting can be switched
     * on one member after the other: while only some members have it, lists differ only while the protection is active.
     *
     * @param own what this member tells its peers beside these settings
     */
    static SharedSettings preferred(Settings settings, Map<String, String> own) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(
                Setting.EXPIRY_PROTECTION.name(),
                settings.registry().expiryProtection().text());
        String place = TablePlace.in(own);
        if (place != null) {
            values.put(TablePlace.ATTRIBUTE, place);
        }
        return new SharedSettings(values, Optional.empty());
    }

    /**
     * Returns a digest of all settings on which members must or should agree: equal for members that do.
     *
     * @param own what this member tells its peers beside these settings
     */
    static String digest(Settings settings, Map<String, String> own) {
        Map<String, String> all = new TreeMap<>(of(settings).values);
        all.putAll(preferred(settings, own).values);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** Tells peers the values, and the backend that this member has moved from. */
    void tellIn(MemberAttributeConfig attributes) {
        values.forEach(attributes::setAttribute);
        storageBefore.ifPresent(before -> attributes.setAttribute(BEFORE, before));
    }

    /** Returns whether one of two members has moved, or moves, from the backend that the other has. */
    private boolean isMoveBetween(Map<String, String> others) {
        String theirs = others.getOrDefault(STORAGE, "");
        String ours = values.getOrDefault(STORAGE, "");
        return storageBefore.filter(theirs::equals).isPresent() || ours.equals(others.get(BEFORE));
    }

    /** Returns how to move from another member's backend to this member's; empty if they have the same. */
    String moveHint(Map<String, String> others) {
        String theirs = others.getOrDefault(STORAGE, "");
        return theirs.isEmpty() || theirs.equals(values.get(STORAGE))
                ? ""
                : "; to move to another backend, set " + BEFORE + "=" + theirs + " (src/docs/disasters.md)";
    }

    /** Returns the settings in which another member's values differ, with both values; empty if the members agree. */
    String differencesFrom(Map<String, String> others) {
        StringBuilder differences = new StringBuilder();
        boolean isMove = isMoveBetween(others);
        values.keySet().stream()
                .sorted()
                .filter(name -> !(isMove && OF_A_BACKEND.contains(name)))
                .filter(name -> !name.equals(TablePlace.ATTRIBUTE) || others.containsKey(name))
                .forEach(name -> {
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
