package io.discovery.http;

import io.discovery.auth.Authenticator;
import io.discovery.auth.Client;
import io.discovery.auth.RequestLimits;
import io.discovery.connections.Connection;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The control of clients: who sends a request, by the header Authorization or by the certificate of TLS, and how many it may
 * send. Thread-safe.
 */
public final class ClientControl {

    private static final String NOWHERE = "";

    private final @Nullable Control control;
    private final OpenStreams streams = new OpenStreams();
    private final Caller trusted = new Caller(Client.TRUSTED, NOWHERE, this);

    private record Control(Authenticator authenticator, RequestLimits limits) {}

    private ClientControl(@Nullable Control control) {
        this.control = control;
    }

    /** Returns the control of a member whose clients may do all. */
    public static ClientControl none() {
        return new ClientControl(null);
    }

    public static ClientControl of(Authenticator authenticator, RequestLimits limits) {
        return new ClientControl(new Control(authenticator, limits));
    }

    /** Returns the client of a request that all may send. */
    public Caller trusted() {
        return trusted;
    }

    /**
     * Identifies the client of a request, and goes on with it; fails with {@link io.discovery.auth.AuthException}. To be
     * called on the event loop of the request, before its body is read: if the check takes long, the body waits.
     */
    <T> Future<T> identify(HttpServerRequest request, Function<Caller, Future<T>> then) {
        if (control == null) {
            return Future.succeededFuture(trusted).compose(then);
        }
        String address = address(request);
        Future<Caller> caller = control.authenticator()
                .identify(
                        request.headers().getAll(HttpHeaders.AUTHORIZATION),
                        Connection.of(request.connection())::certificateNames,
                        address)
                .map(client -> new Caller(client, address, this));
        if (caller.isComplete()) {
            return caller.compose(then);
        }
        request.pause();
        Future<T> done = caller.compose(then);
        caller.onComplete(known -> request.resume());
        return done;
    }

    private static String address(HttpServerRequest request) {
        SocketAddress peer = request.connection().remoteAddress();
        return peer == null ? NOWHERE : String.valueOf(peer.hostAddress());
    }

    /**
     * Counts a request.
     *
     * @throws io.discovery.auth.AuthException.TooManyRequests if its client has sent as many as it may
     */
    void count(Access access, Caller caller) {
        if (control == null) {
            return;
        }
        if (access.isWrite()) {
            control.limits().write(caller.client(), caller.address(), 1);
        } else {
            control.limits().read(caller.client(), caller.address());
        }
    }

    /** Counts further writes of a request, as {@link Caller#countMore} does. */
    void countMore(Caller caller, int writes) {
        if (control != null && writes > 0) {
            control.limits().write(caller.client(), caller.address(), writes);
        }
    }

    /**
     * Counts a stream until {@link #streamEnded}.
     *
     * @throws io.discovery.auth.AuthException.TooManyRequests if its client has as many open as it may
     */
    void streamBegan(HttpServerRequest request, Caller caller) {
        if (control != null) {
            control.limits().streamBegan(caller.client(), caller.address());
            streams.began(request, caller);
        }
    }

    /** Counts the end of a stream; does nothing for another request. */
    void streamEnded(HttpServerRequest request) {
        Caller caller = control == null ? null : streams.ended(request);
        if (control != null && caller != null) {
            control.limits().streamEnded(caller.client(), caller.address());
        }
    }

    /** Ends the streams of clients whose proof AUTH_FILE no longer holds, or no longer with the same grants. */
    public void endLostStreams() {
        if (control != null) {
            streams.keep(caller -> control.authenticator().holds(caller.client()));
        }
    }
}
