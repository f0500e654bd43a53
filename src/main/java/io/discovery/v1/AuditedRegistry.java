package io.discovery.v1;

import io.discovery.audit.AuditEvent;
import io.discovery.audit.AuditEvent.Change;
import io.discovery.audit.AuditEvent.Result;
import io.discovery.audit.AuditEvent.Subject;
import io.discovery.audit.AuditLog;
import io.discovery.audit.RegistrationChange;
import io.discovery.directory.Directory;
import io.discovery.http.Caller;
import io.discovery.http.RequestAudit;
import io.discovery.model.InstanceDetails;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Asker;
import io.discovery.registry.Askers;
import io.discovery.registry.Registry;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The registry as clients change it: each change has a line in the audit log, whatever its outcome, but for heartbeats that
 * say nothing new; and the history hears who asked. The status of a host that is not listed is 404 in the log, whatever the seed has for it. Thread-safe.
 */
final class AuditedRegistry {

    private static final String OK = "200";
    private static final String NO_CONTENT = "204";

    private final Registry registry;
    private final Directory directory;
    private final AuditLog log;
    private final IdentityRoom room;
    private final Askers askers;

    /**
     * A change that a client wants.
     *
     * @param action a verb
     * @param done the status of the response once it is done
     */
    private record Act(Caller caller, String action, String done, InstanceKey key) {}

    AuditedRegistry(V1Api.Services given, IdentityRoom room) {
        this.registry = given.registry();
        this.directory = given.directory();
        this.log = given.audit();
        this.askers = given.askers();
        this.room = room;
    }

    /** @throws NotReady as long as changes must wait for the log, which cannot be written */
    void requireWritable() {
        String why = log.whyNoWrites();
        if (why != null) {
            throw new NotReady(why);
        }
    }

    /** Registers an instance, as {@link Registry#register} does, if its identity has room for it. */
    Future<Version> register(Caller caller, InstanceKey key, InstanceDetails details) {
        return record(
                new Act(caller, "register", OK, key),
                before -> RegistrationChange.byRegistering(before, details),
                () -> {
                    RegistryException full = room.refusal(caller, key);
                    return full == null ? registry.register(key, details) : Future.failedFuture(full);
                });
    }

    /** Sets the weight of an instance, as {@link Registry#setWeight} does. */
    Future<Void> setWeight(Caller caller, InstanceKey key, Weight weight) {
        return record(
                        new Act(caller, "weight", NO_CONTENT, key),
                        before -> RegistrationChange.byWeighing(before, weight),
                        () -> registry.setWeight(key, weight))
                .mapEmpty();
    }

    /** Deregisters an instance, as {@link Registry#deregister} does. */
    Future<Void> deregister(Caller caller, InstanceKey key) {
        return record(
                        new Act(caller, "deregister", OK, key),
                        RegistrationChange::byRemoving,
                        () -> registry.deregister(key))
                .mapEmpty();
    }

    private Future<Version> record(
            Act act, Function<@Nullable Registration, Change> changed, Supplier<Future<Version>> making) {
        if (!log.isOn()) {
            return made(act, making);
        }
        Instant time = Instant.now();
        AuditEvent.Client client = RequestAudit.clientOf(act.caller());
        Subject subject =
                new Subject(act.action(), act.key().service().text(), act.key().instance());
        Change change = changed.apply(directory.listed(act.key()));
        return made(act, making)
                .onSuccess(done -> {
                    if (!change.equals(Change.NONE)) {
                        log.record(new AuditEvent(time, client, subject, change, new Result(act.done(), "")));
                    }
                })
                .onFailure(failure ->
                        log.record(new AuditEvent(time, client, subject, Change.NONE, RequestAudit.failed(failure))));
    }

    private Future<Version> made(Act act, Supplier<Future<Version>> making) {
        return making.get().onSuccess(version -> askers.asked(version, () -> askerOf(act.caller())));
    }

    private static Asker askerOf(Caller caller) {
        return new Asker(caller.address().proven(), caller.client().identity().name());
    }
}
