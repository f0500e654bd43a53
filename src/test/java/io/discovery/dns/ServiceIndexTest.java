package io.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
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

    /** A name of 20 letters has a million spellings. */
    @Test
    void aNameServesItsFirstSpellings() {
        List<String> spellings = IntStream.range(0, 20)
                .mapToObj(n -> "x".repeat(n) + "X" + "x".repeat(19 - n))
                .toList();
        List<Registration> hosts = IntStream.range(0, 20)
                .mapToObj(n -> registration(spellings.get(n), "127.0.0." + (1 + n)))
                .toList();
        hosts.forEach(directory::merge);

        assertThat(zone.unservable()).isEqualTo(4);
        assertThat(addresses("x".repeat(20))).hasSize(16);

        // The spelling whose capital comes last is the first.
        directory.merge(deregistered(hosts.get(0)));
        directory.merge(deregistered(hosts.get(19)));

        assertThat(zone.unservable()).isEqualTo(2);
        assertThat(addresses("x".repeat(20))).hasSize(16);
        Registration small = registration("x".repeat(20), "127.0.0.99");
        directory.merge(small);
        assertThat(zone.unservable()).isEqualTo(3);
        directory.merge(deregistered(small));
        hosts.subList(1, 19).forEach(host -> directory.merge(deregistered(host)));
        assertThat(zone.unservable()).isZero();
        assertThat(zone.find(name("x".repeat(20)))).isNull();
    }

    private List<Rdata> addresses(String service) {
        return Objects.requireNonNull(zone.find(name(service))).of(Type.A);
    }

    /** Clients may ask for each service once. */
    @Test
    void recordsCountAsMemory() {
        CacheBudget budget = new CacheBudget(10_000, new HeapReserve(Long.MAX_VALUE));
        Directory few = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, budget);
        Zone small = new Zone("service.discovery", few, List::of);
        for (int n = 0; n < 100; n++) {
            few.merge(registration("s" + n, "127.0.0.1"));
            assertThat(small.find(name("s" + n))).isNotNull();
        }

        assertThat(budget.bytes()).isBetween(5_000L, 10_000L);
        assertThat(small.find(name("s99"))).isSameAs(small.find(name("s99")));
    }
}
