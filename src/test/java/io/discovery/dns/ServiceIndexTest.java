package io.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Threads that bring and take instances: none makes the index forget a service, or remember one that has gone. */
@Timeout(60)
class ServiceIndexTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 5_000;
    private static final Lease LEASE = Lease.of(Duration.ofMinutes(10));
    /** Two of them are one to DNS. */
    private static final List<String> NAMES = List.of("payments", "PAYMENTS", "a.b", "ärger");

    private final AtomicLong now = new AtomicLong(1);
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
    private final Zone zone = new Zone("service.discovery", directory, List::of);

    @Test
    void aServiceThatWasRegisteredIsFoundWhateverOthersDo() {
        CompletableFuture<?>[] threads = IntStream.range(0, THREADS)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> comeAndGo(thread)))
                .toArray(CompletableFuture[]::new);

        CompletableFuture.allOf(threads).join();

        assertThat(directory.names()).isEmpty();
        assertThat(zone.find(name("payments"))).isNull();
        assertThat(zone.find(name("b"))).as("above a.b").isNull();
        assertThat(zone.unservable()).isZero();
    }

    /** Each thread has an address of its own, so that services come and go with what others do. */
    private void comeAndGo(int thread) {
        Random random = new Random(thread);
        for (int round = 0; round < ROUNDS; round++) {
            String service = NAMES.get(random.nextInt(NAMES.size()));
            Registration mine = registration(service, "127.0.0." + (1 + thread));
            directory.merge(mine);
            assertFound(service, thread);
            directory.merge(deregistered(mine));
        }
    }

    private void assertFound(String service, int thread) {
        if (!service.equals("ärger")) {
            RecordSet found = Objects.requireNonNullElse(zone.find(name(service)), RecordSet.EMPTY);
            assertThat(found.of(Type.A)).as("%s by thread %s", service, thread).isNotEmpty();
        } else {
            assertThat(zone.unservable()).isEqualTo(1);
        }
    }

    private Registration registration(String service, String ip) {
        InstanceKey key = InstanceKey.of(new ServiceName(service), new IpAddress(ip));
        Change register = new Change.Register(key, new Version(now.incrementAndGet(), 1), 80, "r", "", Map.of(), LEASE);
        return ((Applied) register.applyTo(null)).registration();
    }

    private Registration deregistered(Registration registration) {
        return ((Applied) new Change.Deregister(registration.key(), new Version(now.incrementAndGet(), 1), LEASE)
                        .applyTo(registration))
                .registration();
    }

    private static Name name(String service) {
        return Name.fromConstantString(service + ".service.discovery.");
    }

    @Test
    void servicesThatWereThereBeforeAreFoundToo() {
        Directory full = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
        full.merge(registration("payments", "127.0.0.1"));

        assertThat(new Zone("service.discovery", full, List::of).find(name("payments")))
                .isNotNull();
    }

    @Test
    void aHeartbeatMakesNoRecordsAnew() {
        directory.merge(registration("payments", "127.0.0.1"));
        RecordSet before = zone.find(name("payments"));
        Object snapshot = directory.service(new ServiceName("payments"));

        directory.merge(registration("payments", "127.0.0.1"));

        assertThat(directory.service(new ServiceName("payments"))).isNotSameAs(snapshot);
        assertThat(zone.find(name("payments"))).isSameAs(before);

        directory.merge(registration("payments", "127.0.0.2"));
        assertThat(zone.find(name("payments"))).isNotSameAs(before);
    }
}
