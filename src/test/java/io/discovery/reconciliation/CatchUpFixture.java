package io.discovery.reconciliation;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;

import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.ClusterClock.Reading;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.registry.MissingMember;
import io.discovery.registry.ProcessPauseDetector;
import io.discovery.subscription.Subscriptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;

/** A member that is open, with peers, clocks and pauses that the test sets. */
abstract class CatchUpFixture {

    static final MapReconciliation.Result EQUAL = new MapReconciliation.Result(0, 0, 0, 0);
    static final long NOW = 1_000_000;

    final Readiness readiness = new Readiness();
    final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> NOW, CacheBudget.unlimited());
    final Subscriptions subscriptions = new Subscriptions(directory, () -> NOW);

    /** The members, by ids that begin with an address. */
    Set<String> members = Set.of("self");

    final Map<String, Consumer<Runnable>> stopping = new HashMap<>();
    /** The members that peers miss. */
    List<MissingMember> elsewhere = List.of();

    final AtomicLong nanos = new AtomicLong();
    final ProcessPauseDetector standstill =
            new ProcessPauseDetector(Duration.ofSeconds(1), Duration.ofSeconds(3), nanos::get, () -> 0);

    Reading oldest = new Reading.Self();
    final ClusterClock clock = new ClusterClock(() -> oldest, () -> NOW, nanos::get, 1, Duration.ofSeconds(10));
    final MissingMembers missing = new MissingMembers(
            () -> members.stream().collect(Collectors.toMap(id -> id, id -> id.split("#")[0])),
            () -> elsewhere,
            (id, task) -> stopping.getOrDefault(id, then -> {}).accept(task),
            Duration.ofSeconds(100),
            nanos::get);

    final CatchUp catchingUp =
            new CatchUp(readiness, subscriptions, () -> members, missing, standstill, clock, nanos::get);

    final List<Integer> told = new ArrayList<>();

    @BeforeEach
    void open() {
        readiness.enter(Readiness.Phase.WARMING);
        readiness.enter(Readiness.Phase.OPEN);
        subscriptions.subscribe(new ServiceName("svc"), this::tell);
        subscriptions.look();
        told.clear();
    }

    void tell(ServiceName service) {
        told.add(directory.service(service).listings().size());
    }

    static PeerReconciliation.Result told(int silent) {
        return new PeerReconciliation.Result(0, silent, 0);
    }

    static void merge(CatchUp catchingUp) {
        catchingUp.begin();
        catchingUp.end();
    }

    void learn(int host) {
        directory.merge(registered(key("svc", host), new Version(NOW, host)));
    }
}
