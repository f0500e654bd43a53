package io.discovery.registry;

import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Small things that tests of the use cases share. */
public final class Fixtures {

    public static final long SECOND = 1_000_000;
    public static final Lease LEASE = Lease.of(Duration.ofSeconds(10));

    private Fixtures() {}

    public static InstanceKey key(String service, int n) {
        return InstanceKey.of(new ServiceName(service), new IpAddress("127.0." + n / 250 + "." + (1 + n % 250)));
    }

    public static Registration registered(InstanceKey key, Version version) {
        Change register = new Change.Register(key, version, 80, "r", "", Map.of("az", "\"a\""), LEASE);
        return ((Outcome.Applied) register.applyTo(null)).registration();
    }

    /** Computes the digests by walking. */
    static long[] digests(Collection<Registration> registrations, Comparison comparison) {
        long[] digests = new long[Buckets.COUNT];
        registrations.stream()
                .filter(comparison::includes)
                .forEach(registration -> digests[Buckets.of(registration.key())] += registration.copyDigest());
        return digests;
    }

    /** A clock that the test moves. */
    public static final class HandClock implements Clock {
        public final AtomicLong now = new AtomicLong(1_000 * SECOND);
        /** Its lead, of which it knows. */
        public long leadMicros;

        private final long member;

        public HandClock(long member) {
            this.member = member;
        }

        @Override
        public long nowMicros() {
            return now.get();
        }

        @Override
        public long clusterMicros() {
            return now.get() - leadMicros;
        }

        @Override
        public Version next() {
            return new Version(now.incrementAndGet(), member);
        }

        @Override
        public Version nextAbove(Version seen) {
            return new Version(now.updateAndGet(n -> Math.max(n, seen.micros()) + 1), member);
        }
    }

    /** The known stored copies, in one process. */
    public static final class PlainCopies implements StoredCopies {
        public final Map<InstanceKey, StoredCopy> known = new ConcurrentHashMap<>();

        @Override
        public @Nullable StoredCopy find(InstanceKey key) {
            return known.get(key);
        }

        @Override
        public void put(Map<InstanceKey, StoredCopy> copies) {
            known.putAll(copies);
        }

        @Override
        public void forget(Collection<InstanceKey> keys) {
            known.keySet().removeAll(keys);
        }
    }

    /** A read copy without a lease or a list. */
    public static final class PlainCopy implements ReadCopy {
        public final Map<InstanceKey, Registration> known = new ConcurrentHashMap<>();
        /** A listener to merged registrations. */
        public Consumer<Registration> listener = registration -> {};

        @Override
        public void merge(Registration registration) {
            listener.accept(known.merge(registration.key(), registration, Registration::merge));
        }

        @Override
        public void mergeAll(Collection<Registration> registrations) {
            registrations.forEach(this::merge);
        }

        @Override
        public void replace(Registration held, Registration replacement) {
            known.replace(held.key(), held, replacement);
        }

        @Override
        public @Nullable Registration find(InstanceKey key) {
            return known.get(key);
        }

        @Override
        public Iterable<Registration> all() {
            return known.values();
        }

        @Override
        public Iterable<Registration> inBucket(int bucket) {
            return () -> known.values().stream()
                    .filter(registration -> Buckets.of(registration.key()) == bucket)
                    .iterator();
        }

        @Override
        public long[] digests(Comparison comparison) {
            return Fixtures.digests(known.values(), comparison);
        }
    }
}
