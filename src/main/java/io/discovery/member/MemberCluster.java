package io.discovery.member;

import com.hazelcast.cluster.Address;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.ClusterException;
import io.discovery.cluster.FrozenClusterWatch;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.MastershipClaimWatch;
import io.discovery.cluster.OldestMemberAddressWatch;
import io.discovery.cluster.OldestMemberWatch;
import io.discovery.cluster.PromotionWatch;
import io.discovery.cluster.Schemas;
import io.discovery.cluster.TablePlace;
import io.discovery.cluster.VersionMakers;
import io.discovery.cluster.port.MemberPort;
import io.discovery.cluster.tls.MemberTls;
import io.discovery.config.Settings;
import io.discovery.config.Settings.ClusterTls;
import io.discovery.config.Settings.ClusterTlsMode;
import io.discovery.config.Settings.MemberProof;
import io.discovery.connections.ClientTls;
import io.discovery.connections.Connections;
import io.discovery.process.ProgramVersion;
import io.discovery.registry.Membership.MemberInfo;
import io.discovery.store.hazelcast.RegistrationMap;
import io.discovery.tls.MemberCertificate;
import io.discovery.tls.MemberSecret;
import io.discovery.tls.MutualTls;
import io.discovery.tls.TlsException;
import io.discovery.tls.TlsReload;
import io.discovery.tls.TlsSource;
import io.vertx.core.Vertx;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ground floor of a member: Hazelcast, the port for members, and Vert.x with the limits of its connections.
 *
 * @param versionId this member's id in the versions that it makes
 */
record MemberCluster(HazelcastInstance hazelcast, Vertx vertx, HazelcastCluster cluster, long versionId) {

    private static final Logger log = LoggerFactory.getLogger(MemberCluster.class);
    private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);
    /** Much less than the second after which Hazelcast sends a list or a question again. */
    private static final Duration SHORT_LOOK_PERIOD = Duration.ofMillis(100);

    /**
     * Joins the cluster. Blocks.
     *
     * @param table the place of the table that is this member's backend; empty if it has another backend
     * @throws io.discovery.cluster.ClusterException if it cannot join
     */
    static MemberCluster join(MemberAssembly assembly, Optional<String> table) {
        Settings.Http http = assembly.settings().http();
        ClientTls clientTls =
                http.tls().map(tls -> HttpsCertificate.begin(tls, assembly)).orElse(null);
        MemberPort membersPort =
                new MemberPort(tls(assembly.settings().cluster().tls()));
        long versionId = new SecureRandom().nextLong();
        HazelcastInstance hazelcast = HazelcastCluster.join(
                assembly.settings(),
                config -> {
                    RegistrationMap.configure(config, assembly.settings().lease());
                    VersionMakers.tellIn(config.getMemberAttributeConfig(), versionId);
                    table.ifPresent(place -> TablePlace.tellIn(config.getMemberAttributeConfig(), place));
                },
                ProgramVersion.version(),
                membersPort);
        assembly.onStop(hazelcast::shutdown);
        OldestMemberAddressWatch oldest = new OldestMemberAddressWatch(hazelcast);
        oldest.look();
        assembly.every(SHORT_LOOK_PERIOD, "oldest-member-address", oldest::look);
        warnOfOpenPort(
                assembly.settings().cluster(),
                hazelcast.getCluster().getLocalMember().getAddress());
        assembly.every(LOOK_PERIOD, "members-port", membersPort::look);
        Schemas schemas = new Schemas(hazelcast);
        assembly.calls()
                .run("all members can read what this one sends", () -> schemas.bring(RegistrationMap.samples()));
        assembly.every(LOOK_PERIOD, "schemas", schemas::look);
        assembly.every(LOOK_PERIOD, "oldest-member", new OldestMemberWatch(hazelcast)::look);
        assembly.every(LOOK_PERIOD, "mastership-claim", new MastershipClaimWatch(hazelcast)::look);
        assembly.every(LOOK_PERIOD, "promotions", new PromotionWatch(hazelcast)::look);
        assembly.every(LOOK_PERIOD, "frozen-cluster", new FrozenClusterWatch(hazelcast)::look);
        MemberMeters.register(assembly.meters(), membersPort);
        Connections connections =
                ConnectionLimit.connections(http.mostConnections(), assembly.meters(), assembly.heap(), clientTls);
        Vertx vertx = MemberVertx.start(connections.transport());
        assembly.onStop(() -> MemberVertx.await(vertx.close()));
        HazelcastCluster cluster = HazelcastCluster.of(hazelcast, vertx, assembly.settings());
        assembly.onStop(cluster::noteStop);
        return new MemberCluster(hazelcast, vertx, cluster, versionId);
    }

    /** Returns this member as its peers see it. */
    MemberInfo self() {
        return cluster.members().stream().filter(MemberInfo::self).findFirst().orElseThrow();
    }

    /** Says to whom the members' port is open, unless no other machine can reach it. */
    private static void warnOfOpenPort(Settings.Cluster settings, Address address) {
        if (!settings.isStandAlone() && settings.tls().mode() != ClusterTlsMode.ON && !isLoopback(address)) {
            log.warn(
                    "any machine that reaches {}:{} can join the cluster, read and change all: set CLUSTER_SECRET_FILE, or"
                            + " CLUSTER_TLS_CERT with CLUSTER_TLS_KEY and CLUSTER_TLS_CA, or let a firewall keep all but"
                            + " members away",
                    address.getHost(),
                    address.getPort());
        }
    }

    private static boolean isLoopback(Address address) {
        try {
            return address.getInetAddress().isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static @Nullable MemberTls tls(ClusterTls settings) {
        TlsSource<MutualTls> source;
        if (settings.proof() instanceof MemberProof.Certificate by) {
            source = new MemberCertificate(by.certificate(), by.key(), by.authorities(), by.name());
        } else if (settings.proof() instanceof MemberProof.Secret secret) {
            source = new MemberSecret(secret.file());
        } else {
            return null;
        }
        try {
            return new MemberTls(
                    new TlsReload<>(source, InstantSource.system()), settings.mode() == ClusterTlsMode.ACCEPT);
        } catch (TlsException unusable) {
            throw new ClusterException("TLS between members cannot begin: " + unusable.getMessage(), unusable);
        }
    }
}
