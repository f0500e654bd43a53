package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The digests that a directory keeps with each change, beside those computed by walking over all that it holds. */
class DigestSumsProperties {

    private static final long SECOND = 1_000_000;
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));

    private final AtomicLong now = new AtomicLong(1_000 * SECOND);
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());

    /** @param steps of each: 0 to 11 registers one of twelve hosts, 12 to 17 removes one, above that time passes */
    @Property(tries = 200)
    void theyAreWhatAWalkFinds(@ForAll @Size(max = 60) List<@IntRange(max = 23) Integer> steps) {
        for (int step : steps) {
            if (step < 18) {
                change(step);
            } else {
                now.addAndGet(20 * SECOND);
                directory.sweep();
            }
            now.addAndGet(SECOND);

            Comparison comparison = Comparison.at(LEASE, now.get());
            assertThat(directory.digests(comparison)).isEqualTo(walked(comparison));
        }
    }

    private void change(int step) {
        InstanceKey key = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0." + (1 + step % 12)));
        Version version = new Version(now.get(), 1);
        Change change = step < 12
                ? new Change.Register(key, version, 80, "r", "", Map.of("step", Integer.toString(step)), LEASE)
                : new Change.Deregister(key, version, LEASE);
        if (change.applyTo(directory.find(key)) instanceof Outcome.Applied applied) {
            directory.merge(applied.registration());
        }
    }

    private long[] walked(Comparison comparison) {
        long[] sums = new long[Buckets.COUNT];
        for (Registration registration : directory.all()) {
            if (comparison.includes(registration)) {
                sums[Buckets.of(registration.key())] += registration.copyDigest();
            }
        }
        return sums;
    }

    /** A peer's clock may be a minute behind. */
    @Example
    void slicesAreDroppedAMinuteAfterRetention() {
        DigestSums sums = new DigestSums(LEASE);
        Comparison everything = new Comparison(Comparison.sliceMicros(LEASE), Long.MIN_VALUE);
        long slice = everything.sliceMicros();
        InstanceKey key = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0.1"));
        sums.replace(null, new Registration(key, null, Tags.NONE, new Version(7 * slice, 1)));
        long last = 8 * slice - 1 + LEASE.retentionMicros() + 60 * SECOND;

        sums.sweep(last);
        assertThat(sums.of(everything)[Buckets.of(key)]).isNotZero();

        sums.sweep(last + 1);
        assertThat(sums.of(everything)).containsOnly(0);
    }

    /** A sum without it would equal that of a copy that lacks it. */
    @Example
    void aRegistrationThatIsChangedMeanwhileIsInTheSums() throws InterruptedException {
        DigestSums sums = new DigestSums(LEASE);
        Comparison everything = new Comparison(Comparison.sliceMicros(LEASE), Long.MIN_VALUE);
        InstanceKey key = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0.1"));
        IntFunction<Registration> inSlice =
                slice -> new Registration(key, null, Tags.NONE, new Version(slice * everything.sliceMicros(), 1));
        sums.replace(null, inSlice.apply(0));
        Thread changes = new Thread(() -> {
            for (int slice = 1; slice <= 20_000; slice++) {
                sums.replace(inSlice.apply(slice - 1), inSlice.apply(slice));
                sums.sweep(slice * everything.sliceMicros());
            }
        });
        changes.start();
        int lacks = 0;
        while (changes.isAlive()) {
            lacks += sums.of(everything)[Buckets.of(key)] == 0 ? 1 : 0;
        }
        changes.join();

        assertThat(lacks).isZero();
    }
}
