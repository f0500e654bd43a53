package io.discovery.http;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from.
 *
 * @param forwardedFor the header X-Forwarded-For; null if absent
 * @param peer the address at the other end of the connection
 */
record ClientAddress(@Nullable String forwardedFor, String peer) {

    /**
     * The client's address for auto_ip: the last proxy's word counts, one proxy is trusted, and empty words are none
     * (seed: ProxyFix).
     */
    String address() {
        return forwardedFor == null
                ? peer
                : Stream.of(forwardedFor.split(","))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .reduce(peer, (earlier, later) -> later);
    }
}
