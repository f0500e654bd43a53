package io.discovery.http;

import io.discovery.audit.AuditLog;
import io.discovery.auth.AuthException;
import io.discovery.auth.Authenticator;
import io.discovery.auth.Client;
import io.discovery.auth.ClientLimits;
import io.discovery.auth.RequestLimits;
import io.discovery.config.Cidrs;
import io.discovery.connections.Connection;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
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
    private final AuthRefusals refusals;

    private record Control(Authenticator authenticator, RequestLimits limits) {}

    private ClientControl(Cidrs trustedProxies, AuditLog audit, @Nullable Control control) {
        this.refusals = new AuthRefusals(new RequestAudit(audit));
        this.trustedProxies = trustedProxies;
        this.control = control;
    }

    /**
     * Returns the control of a member whose clients may do all.
     *
     * @param trustedProxies as {@link ClientAddress} has them
     * @param audit gets the requests that are refused
     */
    public static ClientControl none(Cidrs trustedProxies, AuditLog audit) {
        return new ClientControl(trustedProxies, audit, null);
    }

    /**
     * Returns the control of a member that identifies its clients.
     *
     * @param trustedProxies as {@link ClientAddress} has them
     * @param audit gets the requests that are refused
     */
    public static ClientControl of(
            Cidrs trustedProxies, AuditLog audit, Authenticator authenticator, RequestLimits limits) {
        return new ClientControl(trustedProxies, audit, new Control(authenticator, limits));
    }

    void register(Meters meters) {
        refusals.register(meters);
    }

    /**
     * Counts a request that failed, if it failed for its client, logs some, and has them in the audit log.
     *
     * @param segments of the path, as {@link HttpEndpoint#segments} returns them
     * @param status HTTP's or gRPC's
     */
    void refused(HttpServerRequest request, List<String> segments, Throwable failure, String status) {
        if (failure instanceof AuthException refusal) {
            Client client = refusal.client() == null ? Client.STRANGER : refusal.client();
            refusals.count(new Caller(client, request, this), segments, refusal, status);
        }
    }

    /** Returns the client of a request that all may send. */
    public Caller trusted(HttpServerRequest request) {
        return new Caller(Client.TRUSTED, request, this);
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
                        new Caller(Client.STRANGER, request, this))
                .map(client -> new Caller(client, request, this));
        if (caller.isComplete()) {
            return caller.compose(then);
        }
        request.pause();
        Future<T> done = caller.compose(then);
        caller.onComplete(known -> {
            // A stream of HTTP/2 that was reset meanwhile cannot go on.
            if (!request.isEnded()) {
                request.resume();
            }
        });
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
            control.limits().write(caller.client(), caller);
        } else {
            control.limits().read(caller.client(), caller);
        }
    }

    /** Counts further writes of a request, as {@link Caller#countMore} does. */
    void countMore(Caller caller, int writes) {
        if (control != null && writes > 0) {
            control.limits().moreWrites(caller.client(), caller, writes);
        }
    }

    /** Returns the limits of a client, as AUTH_FILE has them now; none without AUTH_FILE. */
    ClientLimits limits(Client client) {
        return control == null ? ClientLimits.NONE : control.limits().limits(client);
    }

    /** Returns the refusal of a client whose proof holds no more. */
    AuthException noLongerHolds(Caller caller) {
        return caller.client().noLongerHolds();
    }

    /** Returns whether the proof of a client still holds, which may have been a while ago. */
    boolean holds(Caller caller) {
        return control == null || control.authenticator().holds(caller.client());
    }

    /**
     * Counts a stream of gRPC until {@link #ended}.
     *
     * @throws io.discovery.auth.AuthException.TooManyRequests if its client has as many open as it may
     */
    void callBegan(HttpServerRequest request, Caller caller) {
        if (control != null) {
            control.limits().streamBegan(caller.client(), caller);
            streams.began(request, caller, OpenStreams.Form.GRPC, null);
        }
    }

    /**
     * Counts a stream of events, and lists its client, until {@link #ended}.
     *
     * @throws io.discovery.auth.AuthException.TooManyRequests if its client has as many open as it may
     */
    void streamBegan(EndpointRequest request) {
        if (control != null) {
            control.limits().streamBegan(request.client(), request.caller());
        }
        streams.began(request.http(), request.caller(), OpenStreams.Form.EVENTS, request.service());
    }

    /** Lists the client of a read that waits, until {@link #ended}. */
    void waitBegan(EndpointRequest request) {
        streams.began(request.http(), request.caller(), OpenStreams.Form.READ, request.service());
    }

    /** Returns the number of open streams of events. */
    public int watchers() {
        return streams.count(OpenStreams.Form.EVENTS);
    }

    /** Returns some of the clients with an open stream of events. */
    public List<WaitingClient> watchers(int most) {
        return streams.list(OpenStreams.Form.EVENTS, most);
    }

    /** Returns the number of reads that wait. */
    public int longPolls() {
        return streams.count(OpenStreams.Form.READ);
    }

    /** Returns some of the clients whose read waits. */
    public List<WaitingClient> longPolls(int most) {
        return streams.list(OpenStreams.Form.READ, most);
    }

    /** Counts the end of a stream or of a read that waits; does nothing for another request. */
    void ended(HttpServerRequest request) {
        Caller caller = streams.ended(request);
        if (control != null && caller != null) {
            control.limits().streamEnded(caller.client(), caller);
        }
    }

    /** Ends the streams of clients whose proof AUTH_FILE no longer holds, or no longer with the same grants. */
    public void endLostStreams() {
        if (control != null) {
            streams.keep(caller -> control.authenticator().holds(caller.client()));
        }
    }
}
