package io.discovery.member;

import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.dns.DnsServer;
import io.discovery.model.IpAddress;
import io.discovery.registry.Membership.MemberInfo;
import io.vertx.core.Vertx;
import java.util.List;

/** The DNS server of a member whose settings ask for one. */
final class DnsServing {

    private DnsServing() {}

    /**
     * Serves DNS until the stop of the member. Blocks until it serves.
     *
     * @throws io.discovery.dns.CannotServeDnsException if the port is taken
     */
    static void start(MemberAssembly assembly, MemberCluster joined, Directory directory) {
        Settings.Dns settings = assembly.settings().dns();
        if (!settings.isOn()) {
            return;
        }
        DnsServer server = new DnsServer(new DnsServer.Services(
                settings,
                directory,
                assembly.readiness(),
                () -> addresses(joined.cluster().members()),
                assembly.meters()));
        Vertx vertx = joined.vertx();
        String deployment = MemberVertx.await(vertx.deployVerticle(server));
        assembly.onStop(() -> MemberVertx.await(vertx.undeploy(deployment)));
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
