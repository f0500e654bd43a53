package io.discovery.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.EndpointQualifier;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;

/**
 * The network endpoint of a member that speaks with members alone.
 *
 * <p>Hazelcast's ordinary network serves members, clients and more on one port, and its encoder for that has a flaw:
 * while a frozen peer accepts a connection (its kernel does) but never answers, the thread that writes to it spins, and
 * all other connections of that thread stand still. Two healthy members then hear nothing of each other, for as long as
 * it takes to declare each other dead. The encoder of an endpoint for members waits without spinning. The endpoint also
 * offers unknown clients no protocol but that of the members.
 */
final class MemberOnlyEndpoint {

    private MemberOnlyEndpoint() {}

    /**
     * Moves the network of {@code config} to an endpoint for members; leaves a configuration with endpoints of its own
     * as it is.
     */
    static void only(Config config) {
        AdvancedNetworkConfig advanced = config.getAdvancedNetworkConfig();
        if (advanced.isEnabled()) {
            return;
        }
        NetworkConfig network = config.getNetworkConfig();
        advanced.setEnabled(true)
                .setMemberEndpointConfig(endpoint(network))
                .setJoin(network.getJoin())
                .setMemberAddressProviderConfig(network.getMemberAddressProviderConfig())
                .setIcmpFailureDetectorConfig(network.getIcmpFailureDetectorConfig());
    }

    /**
     * Refuses endpoints of a file that listen for others than members: those who reach one may read and change all.
     *
     * @param allowed the kinds that are allowed all the same, in lower case
     * @throws ClusterException if there is another one
     */
    static void refuseOthers(Config config, Collection<String> allowed, Path file) {
        AdvancedNetworkConfig advanced = config.getAdvancedNetworkConfig();
        if (!advanced.isEnabled()) {
            return;
        }
        advanced.getEndpointConfigs().forEach((qualifier, endpoint) -> {
            String kind = qualifier.getType().name().toLowerCase(Locale.ROOT);
            boolean listens = endpoint instanceof ServerSocketEndpointConfig;
            if (listens && !EndpointQualifier.MEMBER.equals(qualifier) && !allowed.contains(kind)) {
                throw new ClusterException("CLUSTER_CONFIG: " + file + " opens an endpoint for " + kind
                        + ", by which any program that reaches it may read and change all, expected none; to allow it,"
                        + " name it in CLUSTER_ENDPOINTS");
            }
        });
    }

    private static ServerSocketEndpointConfig endpoint(NetworkConfig network) {
        ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig()
                .setPort(network.getPort())
                .setPortCount(network.getPortCount())
                .setPortAutoIncrement(network.isPortAutoIncrement())
                .setReuseAddress(network.isReuseAddress())
                .setPublicAddress(network.getPublicAddress())
                .setInterfaces(network.getInterfaces())
                .setOutboundPorts(network.getOutboundPorts())
                .setOutboundPortDefinitions(network.getOutboundPortDefinitions());
        // A peer that does not answer a connect must not delay joining or merging for long.
        endpoint.setSocketConnectTimeoutSeconds(2);
        return endpoint;
    }
}
