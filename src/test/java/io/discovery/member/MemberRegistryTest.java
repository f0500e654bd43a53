package io.discovery.member;

import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.cluster.PeerLosses;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.directory.Readiness;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.reconciliation.PeerReconciliation;
import io.discovery.registry.MissingMember;
import io.discovery.testing.Ports;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two members as far as their registries: none has opened. */
class MemberRegistryTest {

    private static final MissingMember FAR = new MissingMember("far#1", "10.0.0.1:5701", 0);

    private final List<Integer> ports = Ports.free(2);
    private final Deque<MemberAssembly> assemblies = new ArrayDeque<>();

    @AfterEach
    void end() {
        assemblies.forEach(MemberAssembly::end);
    }

    @Test
    void aMemberThatStartsLearnsWhomOthersMissAndTellsItOn() {
        MemberCluster first = join(0);
        MemberCluster second = join(1);
        MemberRegistry starting = new MemberRegistry(assemblies.getFirst(), second, MemberTracing.NONE);
        new PeerLosses(first.hazelcast()).answer(() -> List.of(FAR));

        // A peer has a second to answer, which a busy machine may not give it.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            starting.catchUp().meeting(() -> new PeerReconciliation.Result(0, 0, 0));
            assertThat(starting.catchUp().hasMetAll()).isTrue();
            assertThat(new PeerLosses(first.hazelcast()).ask())
                    .extracting(MissingMember::address)
                    .containsExactly(FAR.address());
        });
        assemblies.getFirst().readiness().enter(Readiness.Phase.OPEN);
        assertThat(starting.catchUp().mayLackRenewals()).isTrue();
    }

    /** The sender believes that the host had gone; the owner has not compared its copy with others yet. */
    @Test
    void theOwnerOfAHostAsksWhetherItMayLackReports() {
        MemberCluster cluster = join(0);
        MemberRegistry owner = new MemberRegistry(assemblies.getFirst(), cluster, MemberTracing.NONE);
        long now = owner.clock().nowMicros();
        report(owner, now - 5 * SECOND, Map.of("k", "1"));

        assertThat(report(owner, now - 3 * SECOND, Map.of()).tags().find("k")).isPresent();

        owner.catchUp().meeting(() -> new PeerReconciliation.Result(0, 0, 0));
        assemblies.getFirst().readiness().enter(Readiness.Phase.OPEN);
        assertThat(report(owner, now, Map.of()).tags().find("k")).isEmpty();
    }

    private static Registration report(MemberRegistry owner, long micros, Map<String, String> tags) {
        Change report = new Change.Register(
                key("payments", 1), new Version(micros, 1), 80, "r", "", tags, Lease.of(Duration.ofSeconds(1)));
        Outcome outcome = owner.store()
                .apply(report)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return ((Outcome.Applied) outcome).registration();
    }

    private MemberCluster join(int n) {
        Map<String, String> environment = Map.of(
                "BACKEND_STORAGE",
                "InMemory",
                "CLUSTER_HOST",
                "127.0.0.1",
                "CLUSTER_PORT",
                Integer.toString(ports.get(n)),
                "CLUSTER_MEMBERS",
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
        MemberAssembly assembly = new MemberAssembly(Settings.from(environment, BackendNames.of("InMemory")));
        assemblies.push(assembly);
        return MemberCluster.join(assembly, Optional.empty());
    }
}
