package io.discovery.model;

/**
 * Partition of all instances for comparing copies of the registry: each instance is in one bucket, the same on every
 * member.
 */
public final class Buckets {

    /** Number of buckets: in a registry of a million instances a bucket has about a thousand. */
    public static final int COUNT = 1_024;

    private Buckets() {}

    /** Returns the bucket of an instance, from 0 to below {@link #COUNT}. */
    public static int of(InstanceKey key) {
        int hash = Digest.of(key);
        return (hash ^ hash >>> 10 ^ hash >>> 20) & COUNT - 1;
    }
}
