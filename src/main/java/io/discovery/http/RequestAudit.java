package io.discovery.http;

import io.discovery.audit.AuditEvent;
import io.discovery.audit.AuditEvent.Change;
import io.discovery.audit.AuditEvent.Result;
import io.discovery.audit.AuditEvent.Subject;
import io.discovery.audit.AuditLog;
import io.discovery.auth.AuthException;
import io.discovery.auth.Client;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;

/** The audit of requests that are refused for their clients. Thread-safe. */
public final class RequestAudit {

    private static final String REQUEST_ID = "X-Request-Id";

    private final AuditLog log;
    private final ClientControl clients;

    RequestAudit(AuditLog log, ClientControl clients) {
        this.log = log;
        this.clients = clients;
    }

    /** Returns the client of a request in the words of the audit log. */
    public static AuditEvent.Client clientOf(Caller caller) {
        String id = caller.request().getHeader(REQUEST_ID);
        return new AuditEvent.Client(
                caller.client().identity().name(),
                caller.client().proof(),
                caller.address().proven(),
                id == null ? "" : id);
    }

    /**
     * Records a refusal. The query of the request's path may hold a secret, and is left out.
     *
     * @param segments of the path: a service and a host, as far as it has them
     * @param status HTTP's or gRPC's
     */
    void refused(HttpServerRequest request, List<String> segments, AuthException refusal, String status) {
        if (!log.isOn()) {
            return;
        }
        Client client = refusal.client();
        Caller caller = client == null ? clients.stranger(request) : new Caller(client, request, clients);
        Subject subject = new Subject(
                request.method().name() + " " + request.path(),
                segments.isEmpty() ? "" : segments.get(0),
                segments.size() < 2 ? "" : segments.get(1));
        log.record(new AuditEvent(
                Instant.now(), clientOf(caller), subject, Change.NONE, new Result(status, refusal.getMessage())));
    }
}
