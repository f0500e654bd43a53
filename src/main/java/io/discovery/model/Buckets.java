package io.discovery.model;

/** The parts of the registry that copies of it are compared by: each instance is in one of them, the same on every member. */
public final class Buckets {

    /** So many that in a registry of a million a bucket has about a thousand instances. */
    public static final int COUNT = 1_024;

    private Buckets() {}

    /** The bucket of an instance, from 0 to below {@link #COUNT}. */
    public static int of(InstanceKey key) {
        int hash = Digest.of(key);
        return (hash ^ hash >>> 10 ^ hash >>> 20) & COUNT - 1;
    }
}
