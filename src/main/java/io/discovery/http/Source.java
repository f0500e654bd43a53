package io.discovery.http;

import org.jspecify.annotations.Nullable;

/**
 * Where a request came from.
 *
 * @param forwardedFor the header X-Forwarded-For; null if absent
 * @param peer the address at the other end of the connection
 */
record Source(@Nullable String forwardedFor, String peer) {

    /** The client's address for auto_ip: the last proxy's word counts, one proxy is trusted (seed: ProxyFix). */
    String address() {
        return forwardedFor == null
                ? peer
                : forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
    }
}
