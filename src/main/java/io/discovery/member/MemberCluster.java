package io.discovery.member;

import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.FrozenClusterWatch;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.OldestMemberWatch;
import io.discovery.cluster.Schemas;
import io.discovery.cluster.port.MemberPort;
import io.discovery.connections.Connections;
import io.discovery.process.ProgramVersion;
import io.discovery.store.hazelcast.RegistrationMap;
import io.vertx.core.Vertx;
import java.time.Duration;

/** The ground floor of a member: Hazelcast, the port for members, and Vert.x with the limits of its connections. */
record MemberCluster(HazelcastInstance hazelcast, Vertx vertx, HazelcastCluster cluster) {

    private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

    /**
     * Joins the cluster. Blocks.
     *
     * @throws io.discovery.cluster.ClusterException if it cannot join
     */
    static MemberCluster join(MemberAssembly assembly) {
        MemberPort membersPort = new MemberPort();
        HazelcastInstance hazelcast = HazelcastCluster.join(
                assembly.settings(),
                config -> RegistrationMap.configure(config, assembly.settings().lease()),
                ProgramVersion.version(),
                membersPort);
        assembly.onStop(hazelcast::shutdown);
        assembly.every(LOOK_PERIOD, "members-port", membersPort::look);
        Schemas schemas = new Schemas(hazelcast);
        assembly.calls()
                .run("all members can read what this one sends", () -> schemas.bring(RegistrationMap.samples()));
        assembly.every(LOOK_PERIOD, "schemas", schemas::look);
        assembly.every(LOOK_PERIOD, "oldest-member", new OldestMemberWatch(hazelcast)::look);
        assembly.every(LOOK_PERIOD, "frozen-cluster", new FrozenClusterWatch(hazelcast)::look);
        MemberMeters.register(assembly.meters(), membersPort);
        Connections connections = ConnectionLimit.connections(
                assembly.settings().http().mostConnections(), assembly.meters(), assembly.heap());
        Vertx vertx = MemberVertx.start(connections.transport());
        assembly.onStop(() -> MemberVertx.await(vertx.close()));
        HazelcastCluster cluster = HazelcastCluster.of(hazelcast, vertx, assembly.settings());
        assembly.onStop(cluster::noteStop);
        return new MemberCluster(hazelcast, vertx, cluster);
    }
}
