package io.discovery.http;

import io.discovery.auth.Authenticator;
import io.discovery.auth.Client;
import io.discovery.auth.RequestLimits;
import io.discovery.config.Cidrs;
import io.discovery.connections.Connection;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The control of clients: who sends a request, by the header Authorization or by the certificate of TLS, and how many it may
 * send. Thread-safe.
 */
public final class ClientControl {

    private final Cidrs trustedProxies;
    private final @Nullable Control control;
    private final OpenStreams streams = new OpenStreams();

    private record Control(Authenticator authenticator, RequestLimits limits) {}

    private ClientControl(Cidrs trustedProxies, @Nullable Control control) {
        this.trustedProxies = trustedProxies;
        this.control = control;
    }

    /**
     * Returns the control of a member whose clients may do all.
     *
     * @param trustedProxies as {@link ClientAddress} has them
     */
    public static ClientControl none(Cidrs trustedProxies) {
        return new ClientControl(trustedProxies, null);
    }

    /** @param trustedProxies as {@link ClientAddress} has them */
    public static ClientControl of(Cidrs trustedProxies, Authenticator authenticator, RequestLimits limits) {
        return new ClientControl(trustedProxies, new Control(authenticator, limits));
    }

    /** Returns the client of a request that all may send. */
    public Caller trusted(HttpServerRequest request) {
        return new Caller(Client.TRUSTED, request, this);
    }

    /** Returns the client of a request that has not shown who it is. */
    Caller stranger(HttpServerRequest request) {
        return new Caller(Client.STRANGER, request, this);
    }

    ClientAddress address(HttpServerRequest request) {
        return ClientAddress.of(request, trustedProxies);
    }

    /**
     * Identifies the client of a request, and goes on with it; fails with {@link io.discovery.auth.AuthException}. To be
     * called on the event loop of the request, before its body is read: if the check takes long, the body waits.
     */
    <T> Future<T> identify(HttpServerRequest request, Function<Caller, Future<T>> then) {
        if (control == null) {
            return Future.succeededFuture(trusted(request)).compose(then);
        }
        Future<Caller> caller = control.authenticator()
                .identify(
                        request.headers().getAll(HttpHeaders.AUTHORIZATION),
                        Connection.of(request.connection())::certificateNames,
                        () -> address(request).proven())
                .map(client -> new Caller(client, request, this));
        if (caller.isComplete()) {
            return caller.compose(then);
        }
        request.pause();
        Future<T> done = caller.compose(then);
        caller.onComplete(known -> request.resume());
        return done;
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
            control.limits().write(caller.client(), () -> caller.address().proven(), 1);
        } else {
            control.limits().read(caller.client(), () -> caller.address().proven());
        }
    }

    /** Counts further writes of a request, as {@link Caller#countMore} does. */
    void countMore(Caller caller, int writes) {
        if (control != null && writes > 0) {
            control.limits().write(caller.client(), () -> caller.address().proven(), writes);
        }
    }

    /**
     * Counts a stream until {@link #streamEnded}.
     *
     * @throws io.discovery.auth.AuthException.TooManyRequests if its client has as many open as it may
     */
    void streamBegan(HttpServerRequest request, Caller caller) {
        if (control != null) {
            control.limits().streamBegan(caller.client(), () -> caller.address().proven());
            streams.began(request, caller);
        }
    }

    /** Counts the end of a stream; does nothing for another request. */
    void streamEnded(HttpServerRequest request) {
        Caller caller = control == null ? null : streams.ended(request);
        if (control != null && caller != null) {
            control.limits().streamEnded(caller.client(), () -> caller.address().proven());
        }
    }

    /** Ends the streams of clients whose proof AUTH_FILE no longer holds, or no longer with the same grants. */
    public void endLostStreams() {
        if (control != null) {
            streams.keep(caller -> control.authenticator().holds(caller.client()));
        }
    }
}
