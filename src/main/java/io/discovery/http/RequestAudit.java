package io.discovery.http;

import io.discovery.audit.AuditEvent;
import io.discovery.audit.AuditEvent.Change;
import io.discovery.audit.AuditEvent.Result;
import io.discovery.audit.AuditEvent.Subject;
import io.discovery.audit.AuditLog;
import io.discovery.auth.AuthException;
import io.discovery.auth.Proof;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The audit of requests that are refused for their clients: so many a second, for clients that flood the log would push out
 * what it is for. Thread-safe.
 */
public final class RequestAudit {

    /** Lines a second about clients that have not shown who they are. */
    static final int MOST_OF_STRANGERS = 10;
    /** Lines a second about identities. */
    static final int MOST_OF_IDENTITIES = 50;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String REQUEST_ID = "X-Request-Id";
    private static final int LONGEST_PATH = 200;
    private static final int LONGEST_ID = 100;

    private final AuditLog log;
    private final LineWindow strangers;
    private final LineWindow identities;

    RequestAudit(AuditLog log) {
        this(log, System::nanoTime);
    }

    /** @param nanoTime {@link System#nanoTime}, or a test's */
    RequestAudit(AuditLog log, LongSupplier nanoTime) {
        this.log = log;
        this.strangers = new LineWindow(MOST_OF_STRANGERS, SECOND, nanoTime);
        this.identities = new LineWindow(MOST_OF_IDENTITIES, SECOND, nanoTime);
    }

    /** Returns the client of a request in the words of the audit log. */
    public static AuditEvent.Client clientOf(Caller caller) {
        String id = caller.request().getHeader(REQUEST_ID);
        return new AuditEvent.Client(
                caller.client().identity().name(),
                caller.client().proof(),
                caller.address().proven(),
                id == null ? "" : begin(id, LONGEST_ID));
    }

    /** Returns the result of a request that failed. */
    public static Result failed(Throwable failure) {
        return new Result(Integer.toString(ErrorResponses.statusOf(failure)), String.valueOf(failure.getMessage()));
    }

    /**
     * Records a refusal. The query of the request's path may hold a secret, and is left out.
     *
     * @param segments of the path: a service and a host, as far as it has them
     * @param status HTTP's or gRPC's
     */
    void refused(Caller caller, List<String> segments, AuthException refusal, String status) {
        LineWindow lines = caller.client().proof() == Proof.NONE ? strangers : identities;
        if (!log.isOn() || !lines.mayWrite()) {
            return;
        }
        HttpServerRequest request = caller.request();
        Subject subject = new Subject(
                request.method().name() + " " + begin(Objects.requireNonNullElse(request.path(), ""), LONGEST_PATH),
                begin(segments.isEmpty() ? "" : segments.get(0), LONGEST_PATH),
                begin(segments.size() < 2 ? "" : segments.get(1), LONGEST_PATH));
        long left = lines.leftOut();
        String why = begin(refusal.getMessage(), LONGEST_PATH + LONGEST_PATH)
                + (left == 0 ? "" : "; before it, " + left + " such refusals were left out");
        log.record(new AuditEvent(Instant.now(), clientOf(caller), subject, Change.NONE, new Result(status, why)));
    }

    private static String begin(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }
}
