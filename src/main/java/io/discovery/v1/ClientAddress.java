package io.discovery.v1;

import io.discovery.model.IpAddress;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The address of a client, as its request and its connection show it.
 *
 * @param forwardedFor the header X-Forwarded-For; null if absent
 * @param peer the address at the other end of the connection
 */
record ClientAddress(@Nullable String forwardedFor, String peer) {

    static ClientAddress of(HttpServerRequest request) {
        List<String> forwarded = request.headers().getAll("X-Forwarded-For");
        // The connection's, which no setting of a router replaces by a header: how many proxies are trusted is said
        // below.
        SocketAddress peer = request.connection().remoteAddress();
        return new ClientAddress(
                forwarded.isEmpty() ? null : String.join(",", forwarded),
                peer == null ? "" : String.valueOf(peer.hostAddress()));
    }

    /**
     * Returns the client's address for auto_ip: the last word of the header, since one proxy is trusted; empty words do
     * not count (seed: ProxyFix).
     */
    String address() {
        return forwardedFor == null
                ? peer
                : Stream.of(forwardedFor.split(","))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .reduce(peer, (earlier, later) -> later);
    }

    /** Returns the address from which the client has come for certain: any client can write the header. */
    String proven() {
        return IpAddress.parse(peer).map(IpAddress::text).orElse(peer);
    }
}
