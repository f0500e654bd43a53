package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.internal.cluster.impl.operations.FetchMembersViewOp;
import com.hazelcast.spi.impl.NodeEngineImpl;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that asks a peer for its consent, which stands still. */
@Timeout(120)
class MastershipClaimWatchIT {

    private final List<Integer> ports = Ports.free(2);

    @Test
    void aPeerThatIsSilentForTooLongIsAskedNoLonger() {
        try (MemberProcess peer = MemberProcess.start(environment(0))) {
            // The member itself looks for silent peers once a minute, and so does not give this one up meanwhile.
            HazelcastInstance member = HazelcastCluster.join(
                    Settings.from(environment(1), BackendNames.of("InMemory")),
                    config -> config.setProperty("hazelcast.heartbeat.interval.seconds", "60"),
                    "test",
                    new MemberPort(null));
            try {
                MastershipClaimWatch watch = new MastershipClaimWatch(member);
                MemberSilence silence = new MemberSilence(member);
                NodeEngineImpl engine = ((HazelcastInstanceProxy) member).getOriginal().node.nodeEngine;
                MemberImpl asked = oldest((ClusterServiceImpl) engine.getClusterService());
                await().until(() -> silence.of(asked) > 0);
                peer.freeze();
                CompletableFuture<?> answer = engine.getOperationService()
                        .createInvocationBuilder(
                                ClusterServiceImpl.SERVICE_NAME,
                                new FetchMembersViewOp(asked.getUuid())
                                        .setCallerUuid(member.getCluster()
                                                .getLocalMember()
                                                .getUuid()),
                                asked.getAddress())
                        .setCallTimeout(Duration.ofMinutes(2).toMillis())
                        .invoke();
                watch.look();
                boolean isTooLong = silence.isTooLong(silence.of(asked));
                assertThat(answer.isDone() && !isTooLong)
                        .as("given up, though the peer may answer yet")
                        .isFalse();

                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> {
                            watch.look();
                            return answer.isDone();
                        });
                assertThatThrownBy(answer::join).hasCauseInstanceOf(MemberLeftException.class);
                assertThat(member.getCluster().getMembers())
                        .as("Hazelcast has not given it up")
                        .hasSize(2);
            } finally {
                member.getLifecycleService().terminate();
            }
        }
    }

    private static MemberImpl oldest(ClusterServiceImpl cluster) {
        return cluster.getMember(cluster.getMasterAddress());
    }

    private Map<String, String> environment(int n) {
        Map<String, String> environment =
                new HashMap<>(Map.of("BACKEND_STORAGE", "InMemory", "CLUSTER_MIN_MEMBERS", "1"));
        environment.put("CLUSTER_MEMBERS", "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1));
        environment.put("CLUSTER_HOST", "127.0.0.1");
        environment.put("CLUSTER_PORT", Integer.toString(ports.get(n)));
        return environment;
    }
}
