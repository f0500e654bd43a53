package io.discovery.http;

import io.discovery.auth.AuthException;
import io.discovery.telemetry.Meters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/** Counts and log lines of requests that are refused for their clients. Thread-safe. */
final class AuthRefusals {

    private final LongAdder unidentified = new LongAdder();
    private final LongAdder forbidden = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final RequestAudit audit;
    private final ClientLogLimit log =
            new ClientLogLimit(LoggerFactory.getLogger(AuthRefusals.class), System::nanoTime);

    AuthRefusals(RequestAudit audit) {
        this.audit = audit;
    }

    void register(Meters meters) {
        meters.counter("discovery.auth.refused", "why", "unidentified", unidentified::sum);
        meters.counter("discovery.auth.refused", "why", "forbidden", forbidden::sum);
        meters.counter("discovery.auth.refused", "why", "limited", limited::sum);
    }

    /**
     * Counts a refusal, logs some, and has them in the audit log. The query of the path may hold a secret.
     *
     * @param segments of the path, as {@link HttpEndpoint#segments} returns them
     * @param status HTTP's or gRPC's
     */
    void count(Caller caller, List<String> segments, AuthException refusal, String status) {
        counter(refusal).increment();
        audit.refused(caller, segments, refusal, status);
        HttpServerRequest request = caller.request();
        SocketAddress peer = request.connection().remoteAddress();
        log.info("refused {} {} of {}: {}", request.method(), request.path(), peer, refusal.getMessage());
    }

    private LongAdder counter(AuthException refusal) {
        if (refusal instanceof AuthException.NotIdentified) {
            return unidentified;
        }
        return refusal instanceof AuthException.NotAllowed || refusal instanceof AuthException.ForeignPage
                ? forbidden
                : limited;
    }
}
