package io.discovery.http;

import io.discovery.auth.Authenticator;
import io.discovery.auth.Client;
import io.discovery.connections.Connection;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way from a request to its client: by the header Authorization, or by the certificate of TLS. Thread-safe. */
final class ClientIdentification {

    private static final Future<Client> TRUSTED = Future.succeededFuture(Client.TRUSTED);

    private final @Nullable Authenticator authenticator;

    /** @param authenticator empty if all clients may do all */
    ClientIdentification(Optional<Authenticator> authenticator) {
        this.authenticator = authenticator.orElse(null);
    }

    /**
     * Identifies the client of a request, and goes on with it; fails with {@link io.discovery.auth.AuthException}. To be
     * called on the event loop of the request, before its body is read: if the check takes long, the body waits.
     */
    <T> Future<T> identify(HttpServerRequest request, Function<Client, Future<T>> then) {
        if (authenticator == null) {
            return TRUSTED.compose(then);
        }
        Future<Client> client = authenticator.identify(
                request.headers().getAll(HttpHeaders.AUTHORIZATION),
                Connection.of(request.connection())::certificateNames,
                address(request));
        if (client.isComplete()) {
            return client.compose(then);
        }
        request.pause();
        Future<T> done = client.compose(then);
        client.onComplete(known -> request.resume());
        return done;
    }

    private static String address(HttpServerRequest request) {
        SocketAddress peer = request.connection().remoteAddress();
        return peer == null ? "" : String.valueOf(peer.hostAddress());
    }
}
