package io.discovery.model;

/**
 * 64-bit fingerprints: an avalanche function (the finalizer of SplitMix64), applied to one register after the other.
 */
final class Digest {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Digest() {}

    /** Returns the digest of a key; from its texts, whose hashes Java caches. */
    static int of(InstanceKey key) {
        int hash = 31 * key.service().text().hashCode() + key.address().text().hashCode();
        return (int) mix(hash * 31L + key.port());
    }

    static long of(long register, int content, Version version) {
        return mix(mix(mix(register * GOLDEN + content) ^ version.micros()) + version.member());
    }

    static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
