package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A directory with a clock that the test sets, and registrations of one service. */
abstract class DirectoryFixture {

    static final long SECOND = 1_000_000;
    static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    static final ServiceName PAYMENTS = new ServiceName("payments");

    final AtomicLong now = new AtomicLong();
    final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());

    /** Counts the hosts that each service lists. */
    Map<ServiceName, Integer> counts() {
        Map<ServiceName, Integer> counts = new HashMap<>();
        directory.overview((service, hosts) -> counts.put(service, hosts.listed()));
        return counts;
    }

    ServiceOverview overview() {
        return directory.overview((service, hosts) -> {});
    }

    static List<String> addresses(Snapshot snapshot) {
        return snapshot.listings().stream()
                .map(listing -> listing.registration().key().address().text())
                .toList();
    }

    static Version at(long second) {
        return new Version(second * SECOND, 1);
    }

    static Registration registered(String ip, long second, String repo) {
        InstanceKey key = InstanceKey.of(PAYMENTS, new IpAddress(ip));
        return applied(new Change.Register(key, at(second), 80, "r", repo, Map.of("az", "\"a\""), LEASE), null);
    }

    static Registration applied(Change change, @Nullable Registration stored) {
        Registration registration = ((Outcome.Applied) change.applyTo(stored)).registration();
        CheckIn checkIn = registration.checkIn();
        assertThat(checkIn == null).isEqualTo(change instanceof Change.Deregister);
        return registration;
    }
}
