package io.discovery.directory;

import io.discovery.model.Buckets;
import io.discovery.model.Comparison;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The digests of a directory by bucket, updated with each change, so that a comparison costs the same whatever the
 * number of registrations. Registrations leave a comparison with time alone in slices: there is a sum for each slice of
 * last versions and each bucket, 8 kB a slice.
 *
 * <p>Thread-safe. A sum that is read during a change may include both states of the registration, which looks like a
 * difference and is gone at the next look; it never lacks both, which might look like equality with a copy that lacks the
 * registration. For that, a change adds before it removes, and the slices are read from the oldest on: the version of a
 * registration only grows.
 */
final class DigestSums {

    /** Extra time for slices past RETENTION: a peer's clock may be behind. */
    private static final long CLOCKS_DIFFER_MICROS = TimeUnit.MINUTES.toMicros(1);

    private final Lease lease;
    private final long sliceMicros;
    private final Map<Long, AtomicLongArray> bySlice = new ConcurrentSkipListMap<>();

    DigestSums(Lease lease) {
        this.lease = lease;
        this.sliceMicros = Comparison.sliceMicros(lease);
    }

    /** Adds a state of a registration, and removes the one before. */
    void replace(@Nullable Registration before, @Nullable Registration after) {
        if (after != null) {
            add(after, after.copyDigest());
        }
        if (before != null) {
            add(before, -before.copyDigest());
        }
    }

    private void add(Registration registration, long digest) {
        bySlice.computeIfAbsent(
                        Comparison.slice(registration, sliceMicros), slice -> new AtomicLongArray(Buckets.COUNT))
                .addAndGet(Buckets.of(registration.key()), digest);
    }

    /** Returns the sum of each bucket, over the registrations that the comparison includes. */
    long[] of(Comparison comparison) {
        long[] sums = new long[Buckets.COUNT];
        bySlice.forEach((slice, digests) -> {
            for (int bucket = 0; bucket < sums.length && slice > comparison.afterSlice(); bucket++) {
                sums[bucket] += digests.get(bucket);
            }
        });
        return sums;
    }

    /** Drops the slices that no comparison will include any more. */
    void sweep(long nowMicros) {
        long oldest = Math.floorDiv(nowMicros - lease.retentionMicros() - CLOCKS_DIFFER_MICROS, sliceMicros);
        bySlice.keySet().removeIf(slice -> slice < oldest);
    }
}
