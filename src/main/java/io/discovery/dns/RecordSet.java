package io.discovery.dns;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The records at one name, by type. A name may exist without records. Immutable. */
record RecordSet(Map<Integer, List<Rdata>> records) {

    static final RecordSet EMPTY = new RecordSet(Map.of());

    /** Bytes of a set without records, and of a record with the name of its host. */
    private static final long EMPTY_BYTES = 160;

    private static final long RECORD_BYTES = 150;

    RecordSet {
        records = records.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
    }

    List<Rdata> of(int type) {
        return records.getOrDefault(type, List.of());
    }

    /** Returns the memory that the records take, roughly. */
    long bytes() {
        return EMPTY_BYTES
                + RECORD_BYTES * records.values().stream().mapToLong(List::size).sum();
    }

    boolean isEmpty() {
        return records.values().stream().allMatch(List::isEmpty);
    }
}
