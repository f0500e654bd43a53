package io.discovery.http;

import io.discovery.config.Cidrs;
import io.discovery.model.IpAddress;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The address of a client, as its request and its connection show it.
 *
 * @param forwardedFor the header X-Forwarded-For; null if absent
 * @param peer the address at the other end of the connection; empty if it has none
 * @param port the port at the other end of the connection
 * @param trustedProxies the networks of proxies whose header is believed; empty for the seed's rule, by which any peer
 *     is a proxy
 */
public record ClientAddress(@Nullable String forwardedFor, String peer, int port, Cidrs trustedProxies) {

    static ClientAddress of(HttpServerRequest request, Cidrs trustedProxies) {
        List<String> forwarded = request.headers().getAll("X-Forwarded-For");
        // The connection's, which no setting of a router replaces by a header: which proxies are trusted is said below.
        SocketAddress peer = request.connection().remoteAddress();
        return new ClientAddress(
                forwarded.isEmpty() ? null : String.join(",", forwarded),
                peer == null ? "" : String.valueOf(peer.hostAddress()),
                peer == null ? 0 : peer.port(),
                trustedProxies);
    }

    /**
     * Returns the address from which the client has come for certain, with its port unless that is the port of a
     * trusted proxy.
     */
    public String endpoint() {
        String proven = proven();
        Optional<IpAddress> connected = address(peer);
        return connected
                .filter(ip -> ip.text().equals(proven))
                .map(ip -> ip.inUrl() + ":" + port)
                .orElse(proven);
    }

    /** Returns the client's address; any text if TRUSTED_PROXIES is not set. */
    public String text() {
        return trustedProxies.isEmpty() ? lastWord() : proven();
    }

    /**
     * Returns the address from which the client has come for certain, as far as trusted proxies know it: each proxy
     * adds its own peer at the right, so all words to the left of an address that is no trusted proxy may be that
     * client's invention. Without trusted proxies it is the other end of the connection.
     */
    public String proven() {
        Optional<IpAddress> connected = address(peer);
        if (connected.isEmpty()) {
            return peer;
        }
        IpAddress hop = connected.get();
        List<String> fromTheRight = words();
        Collections.reverse(fromTheRight);
        for (String word : fromTheRight) {
            if (!trustedProxies.contains(hop)) {
                break;
            }
            Optional<IpAddress> named = address(word);
            if (named.isEmpty()) {
                break;
            }
            hop = named.get();
        }
        return hop.text();
    }

    /** Returns the last word of the header, since one proxy is trusted (seed: ProxyFix). */
    private String lastWord() {
        List<String> words = words();
        return words.isEmpty() ? peer : words.get(words.size() - 1);
    }

    /** Returns the words of the header; empty ones do not count. */
    private List<String> words() {
        return Stream.ofNullable(forwardedFor)
                .flatMap(header -> Stream.of(header.split(",")))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toList());
    }

    /** Parses an address without its zone id, which has a meaning on one machine alone (RFC 4007, 11). */
    private static Optional<IpAddress> address(String text) {
        int zone = text.indexOf(':') < 0 ? -1 : text.indexOf('%');
        return IpAddress.parse(zone < 0 ? text : text.substring(0, zone));
    }
}
