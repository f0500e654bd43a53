package io.discovery.v1;

import io.discovery.audit.AuditEvent;
import io.discovery.audit.AuditEvent.Change;
import io.discovery.audit.AuditEvent.Subject;
import io.discovery.audit.AuditLog;
import io.discovery.audit.RegistrationChange;
import io.discovery.auth.AuthException;
import io.discovery.directory.Directory;
import io.discovery.http.Caller;
import io.discovery.http.ErrorResponses;
import io.discovery.http.RequestAudit;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException.NotReady;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Supplier;

/** The audit of changes that clients make, with what changed from what to what. Thread-safe. */
final class ChangeAudit {

    /** Changes that clients make. */
    enum Action {
        REGISTER("register", 200),
        DEREGISTER("deregister", 200),
        WEIGHT("weight", 204);

        private final String text;
        private final String done;

        /** @param done the status of the response once it is done */
        Action(String text, int done) {
            this.text = text;
            this.done = Integer.toString(done);
        }
    }

    private final AuditLog log;
    private final Directory directory;

    ChangeAudit(AuditLog log, Directory directory) {
        this.log = log;
        this.directory = directory;
    }

    /** @throws NotReady as long as changes must wait for the log, which cannot be written */
    void requireWritable() {
        String why = log.whyNoWrites();
        if (why != null) {
            throw new NotReady(why);
        }
    }

    /** Records that a registration among many was refused for its client. */
    void refused(Caller caller, String service, AuthException refusal) {
        if (log.isOn()) {
            log.record(new AuditEvent(
                    Instant.now(),
                    RequestAudit.clientOf(caller),
                    new Subject(Action.REGISTER.text, service, ""),
                    Change.NONE,
                    failed(refusal)));
        }
    }

    private static AuditEvent.Result failed(Throwable failure) {
        return new AuditEvent.Result(
                Integer.toString(ErrorResponses.statusOf(failure)), String.valueOf(failure.getMessage()));
    }

    /**
     * Makes a change, and records it when it has ended, for whatever outcome. A heartbeat that has changed nothing is
     * not recorded. The status of a host that is not listed is 404 here, whatever the seed has for it.
     */
    Future<Void> record(Caller caller, Action action, InstanceKey key, Supplier<Future<Void>> change) {
        if (!log.isOn()) {
            return change.get();
        }
        Instant time = Instant.now();
        AuditEvent.Client client = RequestAudit.clientOf(caller);
        Registration before = directory.find(key);
        Subject subject = new Subject(action.text, key.service().text(), key.instance());
        return change.get()
                .onSuccess(done -> {
                    Change changed = RegistrationChange.between(before, directory.find(key));
                    if (!changed.equals(Change.NONE)) {
                        log.record(
                                new AuditEvent(time, client, subject, changed, new AuditEvent.Result(action.done, "")));
                    }
                })
                .onFailure(failure -> log.record(new AuditEvent(time, client, subject, Change.NONE, failed(failure))));
    }
}
