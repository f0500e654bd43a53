package io.discovery.audit;

import io.discovery.audit.AuditEvent.Change;
import io.discovery.audit.AuditEvent.Client;
import io.discovery.audit.AuditEvent.Result;
import io.discovery.audit.AuditEvent.Subject;
import io.discovery.auth.Proof;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Events as a member records them. */
final class Events {

    private static final Instant TIME = Instant.parse("2026-11-27T10:00:00.123456Z");

    private Events() {}

    static AuditEvent weight(String host) {
        return of(host, new Change(Map.of("weight", "10"), Map.of("weight", "1")));
    }

    static AuditEvent of(String host, Change change) {
        return new AuditEvent(
                TIME,
                new Client("ops", Proof.TOKEN, "127.0.0.9:4711", "r-1"),
                new Subject("weight", "payments", host),
                change,
                new Result("204", ""));
    }

    /** Returns events of hosts 0, 1, 2 and so on. */
    static List<AuditEvent> some(int count) {
        return IntStream.range(0, count).mapToObj(i -> weight("host-" + i)).toList();
    }
}
