package io.discovery.cluster;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.spi.MemberAddressProvider;
import io.discovery.config.Settings;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address on which a member listens for its peers, and the address that it tells them.
 *
 * @param listened may be the address of all interfaces
 */
record MemberAddress(InetAddress listened, InetAddress announced) implements MemberAddressProvider {

    /** The port on which Hazelcast expects a member that is listed without a port. */
    private static final int USUAL_PORT = 5701;

    private static final int ANY_PORT = 0;

    private static final String LOOPBACK = "127.0.0.1";

    private static final Logger log = LoggerFactory.getLogger(MemberAddress.class);

    /**
     * Returns the address that CLUSTER_HOST names, or the address of this machine that stands in CLUSTER_MEMBERS; empty
     * if none does, so that it cannot be known.
     *
     * @throws ClusterException if CLUSTER_HOST has no address
     */
    static Optional<MemberAddress> of(Settings.Cluster settings) {
        if (settings.isStandAlone()) {
            return Optional.of(only(Addresses.of(LOOPBACK)));
        }
        if (settings.host().isEmpty()) {
            Optional<InetAddress> listed = listed(settings);
            if (listed.isEmpty() && settings.configFile().isEmpty()) {
                log.info("CLUSTER_MEMBERS has no address of this machine: this member listens on all local addresses;"
                        + " CLUSTER_HOST can name one");
            }
            return listed.map(MemberAddress::only);
        }
        InetAddress host = Addresses.of(settings.host());
        return host.isAnyLocalAddress()
                ? listed(settings).map(announced -> new MemberAddress(host, announced))
                : Optional.of(only(host));
    }

    private static MemberAddress only(InetAddress address) {
        return new MemberAddress(address, address);
    }

    /**
     * Returns a local address that CLUSTER_MEMBERS lists; a free one is preferred to one on which another member of
     * this machine listens.
     */
    private static Optional<InetAddress> listed(Settings.Cluster settings) {
        List<InetSocketAddress> listed = new ArrayList<>();
        settings.members().forEach(member -> listed.addAll(addresses(member)));
        return Stream.<IntPredicate>of(port -> port == settings.port(), port -> true)
                .flatMap(ports -> listed.stream().filter(each -> ports.test(each.getPort())))
                .map(InetSocketAddress::getAddress)
                .filter(address -> !address.isAnyLocalAddress() && canListen(address, ANY_PORT))
                .min(Comparator.comparing(address -> !canListen(address, settings.port())));
    }

    /**
     * Returns the addresses of a listed member; none if its name is unknown, as that of a peer that has not started may
     * be.
     */
    private static List<InetSocketAddress> addresses(String member) {
        int colon = member.lastIndexOf(':');
        boolean hasPort = colon > member.lastIndexOf(']') && colon == member.indexOf(':', member.indexOf(']') + 1);
        int port = hasPort ? Integer.parseInt(member.substring(colon + 1)) : USUAL_PORT;
        String host = hasPort ? member.substring(0, colon) : member;
        try {
            return Stream.of(InetAddress.getAllByName(host))
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
        } catch (UnknownHostException unknown) {
            return List.of();
        }
    }

    private static boolean canListen(InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, address)) {
            return socket.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }

    /** Returns the address with any port, so that Hazelcast's own settings for the port apply. */
    private static InetSocketAddress withoutPort(InetAddress address) {
        return new InetSocketAddress(address, ANY_PORT);
    }

    @Override
    public InetSocketAddress getBindAddress() {
        return withoutPort(listened);
    }

    @Override
    public InetSocketAddress getBindAddress(EndpointQualifier qualifier) {
        return getBindAddress();
    }

    @Override
    public InetSocketAddress getPublicAddress() {
        return withoutPort(announced);
    }

    @Override
    public InetSocketAddress getPublicAddress(EndpointQualifier qualifier) {
        return getPublicAddress();
    }
}
