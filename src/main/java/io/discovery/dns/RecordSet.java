package io.discovery.dns;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The records at one name, by type. A name may exist without records. Immutable. */
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
