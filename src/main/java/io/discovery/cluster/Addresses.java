package io.discovery.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Own addresses as settings name them. */
final class Addresses {

    private Addresses() {}

    /** @throws ClusterException if the name has no address */
    static InetAddress of(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw new ClusterException(
                    "CLUSTER_HOST: given '" + host + "', expected a name or an address of this machine", unknown);
        }
    }
}
