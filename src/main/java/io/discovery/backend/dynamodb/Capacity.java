package io.discovery.backend.dynamodb;

/** Capacity of a table and of its index, in units a second: read and write units, each at least 1. */
public record Capacity(long readUnits, long writeUnits) {

    public Capacity {
        if (readUnits < 1 || writeUnits < 1) {
            throw new IllegalArgumentException("a capacity of " + readUnits + " and " + writeUnits);
        }
    }
}
