package io.discovery.member;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.dns.DnsServer;
import io.discovery.model.IpAddress;
import io.discovery.registry.Membership.MemberInfo;
import io.discovery.telemetry.Meters;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

/** Serves DNS, if the settings say so. */
final class DnsServing {

    private DnsServing() {}

    /** Blocks until it serves; answers what ends it, empty if there is nothing to end. */
    static Optional<Runnable> start(
            Vertx vertx,
            Settings settings,
            Directory directory,
            Readiness readiness,
            HazelcastCluster cluster,
            Meters meters) {
        if (!settings.dns().isOn()) {
            return Optional.empty();
        }
        String deployment = MemberVertx.await(vertx.deployVerticle(new DnsServer(new DnsServer.Services(
                settings.dns(), directory, readiness, () -> addresses(cluster.members()), meters))));
        return Optional.of(() -> MemberVertx.await(vertx.undeploy(deployment)));
    }

    /**
     * Returns the addresses of all members, since all serve the same, but for those whose address for peers is a name.
     */
    private static List<IpAddress> addresses(List<MemberInfo> members) {
        return members.stream()
                .map(MemberInfo::address)
                .map(address -> address.substring(0, address.lastIndexOf(':')))
                .flatMap(host -> IpAddress.parse(host).stream())
                .distinct()
                .sorted()
                .toList();
    }
}
