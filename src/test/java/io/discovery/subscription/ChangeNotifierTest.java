package io.discovery.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A lease of 10 s begins at 0. */
class ChangeNotifierTest {

    private static final ServiceName PAYMENTS = new ServiceName("payments");
    private static final long MILLI = 1_000;

    private final AtomicLong now = new AtomicLong();
    private final Directory directory =
            new Directory(Fixtures.LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, now::get);
    private final AtomicLong read = new AtomicLong();
    private final ChangeNotifier notifier = new ChangeNotifier(subscriptions, read::get);

    @Test
    void nothingIsDueUntilTheHostIsListedNoMore() {
        AtomicLong hosts = new AtomicLong(-1);
        subscriptions.subscribe(
                PAYMENTS,
                service -> hosts.set(directory.service(service).listings().size()));
        directory.merge(Fixtures.registered(Fixtures.key("payments", 1), new Version(0, 1)));
        time(9_700 * MILLI);

        Duration pause = notifier.look();
        assertThat(pause).isEqualTo(Duration.ofNanos(300 * MILLI * 1_000 + 1_000));
        assertThat(hosts).hasValue(1);

        time(10_000 * MILLI + 1);
        notifier.look();
        assertThat(hosts).hasValue(0);
    }

    /** The cluster's clock may jump without a notification. */
    @Test
    void aPauseIsASecondAtMostAndNeverNegative() {
        assertThat(notifier.look()).isEqualTo(Duration.ofSeconds(1).plusNanos(1_000));

        subscriptions.subscribe(PAYMENTS, service -> {});
        directory.merge(Fixtures.registered(Fixtures.key("payments", 1), new Version(0, 1)));
        read.set(12_000 * MILLI);
        assertThat(notifier.look()).isEqualTo(Duration.ofNanos(1_000));
    }

    @Test
    void looksAreTwoMillisecondsApart() {
        long start = System.nanoTime();
        for (int n = 0; n < 11; n++) {
            notifier.look();
        }

        // A thread may wake early now and then.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(15));
    }

    private void time(long micros) {
        now.set(micros);
        read.set(micros);
    }
}
