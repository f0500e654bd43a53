package io.discovery.prometheus;

import io.discovery.directory.Listing;
import io.discovery.json.JsonText;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The labels of a target. {@code service} stays on its series; labels that begin with {@code __meta_} are input for
 * relabelling, after which Prometheus drops them (Prometheus: configuration, relabel_config). Prometheus rejects a
 * whole list for one value that is not a string, or one invalid label name.
 */
final class Labels {

    private static final String META = "__meta_discovery_";

    private Labels() {}

    /**
     * Returns the fields of the v1 JSON except the time of the check-in, and tags, as labels. Fields win over tags of
     * the same label name; among tags, a key that is a valid label name wins, then the key that is first in order.
     */
    static Map<String, String> of(Listing listing) {
        Registration registration = listing.registration();
        InstanceKey key = registration.key();
        CheckIn checkIn = listing.checkIn();
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("service", key.service().text());
        labels.put(META + "ip_address", key.address().text());
        labels.put(META + "port", Integer.toString(checkIn.port()));
        labels.put(META + "revision", checkIn.revision());
        labels.put(META + "service_repo_name", checkIn.repo());
        labels.put(META + "stale", Boolean.toString(listing.isStale()));
        List<Tag> tags = registration.tags().list();
        tags.stream().filter(tag -> isOfLabelName(tag.key())).forEach(tag -> add(tag.key(), tag, labels));
        tags.stream()
                .filter(tag -> !isOfLabelName(tag.key()))
                .forEach(tag -> add(asOfLabelName(tag.key()), tag, labels));
        return labels;
    }

    private static void add(String name, Tag tag, Map<String, String> labels) {
        labels.putIfAbsent(META + name, JsonText.textOf(tag.json()));
    }

    /** Returns whether the key consists of characters of label names. */
    private static boolean isOfLabelName(String key) {
        return key.codePoints().allMatch(Labels::isOfLabelName);
    }

    private static boolean isOfLabelName(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }

    /** Replaces each character that is invalid in a label name by an underscore. */
    private static String asOfLabelName(String key) {
        StringBuilder name = new StringBuilder(key.length());
        key.codePoints().map(c -> isOfLabelName(c) ? c : '_').forEach(name::appendCodePoint);
        return name.toString();
    }
}
