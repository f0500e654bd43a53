package io.discovery.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * Limits of a client, as AUTH_FILE has them; 0 stands for none.
 *
 * @param reads number of reads a second
 * @param writes number of writes a second
 * @param streams number of open streams: watches, and calls of gRPC
 * @param services number of services with a listed host, among those that the client may write
 * @param registrations number of listed hosts of these services
 */
public record ClientLimits(int reads, int writes, int streams, int services, int registrations) {

    public static final ClientLimits NONE = new ClientLimits(0, 0, 0, 0, 0);

    /** Returns whether the number of hosts or of services is limited. */
    public boolean areForHosts() {
        return services > 0 || registrations > 0;
    }

    /** @param owner the identity that the limits belong to, for messages */
    List<String> faults(String owner) {
        List<String> faults = new ArrayList<>();
        if (reads < 0 || writes < 0 || streams < 0 || services < 0 || registrations < 0) {
            faults.add(owner + ": given limits below 0, expected 0 for none, or more");
        }
        return faults;
    }
}
