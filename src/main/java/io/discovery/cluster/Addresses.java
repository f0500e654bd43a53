package io.discovery.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The local addresses that settings name. */
final class Addresses {

    private Addresses() {}

    /**
     * Resolves a name of CLUSTER_HOST.
     *
     * @throws ClusterException if the name has no address
     */
    static InetAddress of(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw new ClusterException(
                    "CLUSTER_HOST: given '" + host + "', expected a name or an address of this machine", unknown);
        }
    }
}
