package io.discovery.dns;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What there is at one name: records by their type. Without any it is a name all the same. Never changes. */
record RecordSet(Map<Integer, List<Rdata>> records) {

    static final RecordSet EMPTY = new RecordSet(Map.of());

    RecordSet {
        records = records.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
    }

    List<Rdata> of(int type) {
        return records.getOrDefault(type, List.of());
    }

    boolean isEmpty() {
        return records.values().stream().allMatch(List::isEmpty);
    }
}
