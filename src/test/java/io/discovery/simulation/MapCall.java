package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call to the owner of a key: the owner computes the result, its synchronous backup gets it, then the caller is
 * answered; other members get it a little later, or not. The call is sent again when members have gone.
 */
final class MapCall<T> {

    /** Time after which the outcome is unknown. */
    static final long LONGEST = 20 * SECOND;

    private static final long UNTIL_MOVED = 100 * MILLISECOND;
    private static final int SENDS = 4;

    /**
     * The answer of an owner.
     *
     * @param result what owner and backups are to store; null for nothing
     */
    record Answer<T>(T value, @Nullable Registration result) {}

    private final Member caller;
    private final InstanceKey key;
    private final Function<Member, Answer<T>> atOwner;
    private final Promise<T> promise = Promise.promise();
    private int sends;

    MapCall(Member caller, InstanceKey key, Function<Member, Answer<T>> atOwner) {
        this.caller = caller;
        this.key = key;
        this.atOwner = atOwner;
        caller.timeline().after(LONGEST, this::fail);
    }

    Future<T> future() {
        return promise.future();
    }

    boolean isDone() {
        return promise.future().isComplete();
    }

    void fail() {
        promise.tryFail(new RegistryException.OutcomeUnknown("no answer"));
    }

    void send() {
        if (sends++ < SENDS) {
            route();
        }
    }

    /** Sends the call to the owner as it is now; a member that merges has no owner to send to. */
    private void route() {
        if (isDone() || !caller.isAlive()) {
            return;
        }
        if (caller.isMerging()) {
            caller.timeline().after(UNTIL_MOVED, this::route);
            return;
        }
        Member owner = caller.group().owner(key);
        caller.network().send(caller, owner, () -> runAt(owner));
    }

    private void runAt(Member owner) {
        Group group = owner.group();
        if (!group.members().contains(caller)) {
            return;
        }
        if (group.owner(key) != owner || owner.isMerging()) {
            caller.timeline().after(UNTIL_MOVED, this::route);
            return;
        }
        Answer<T> answer = atOwner.apply(owner);
        Registration result = answer.result();
        if (result == null) {
            answer(owner, answer);
        } else {
            owner.write(result);
            backUp(owner, result, answer);
        }
    }

    private void backUp(Member owner, Registration result, Answer<T> answer) {
        List<Member> backups = owner.group().backups(key);
        boolean awaitsBackup = !backups.isEmpty() && caller.wiring().awaitsBackup();
        for (Member backup : backups) {
            boolean isAwaited = awaitsBackup && backup == backups.get(0);
            Runnable writing = () -> {
                if (backup.group().members().contains(owner) && !backup.isMerging()) {
                    backup.writeBackup(result);
                    if (isAwaited) {
                        backup.network().send(backup, owner, () -> answer(owner, answer));
                    }
                }
            };
            if (isAwaited) {
                owner.network().send(owner, backup, writing);
            } else {
                owner.network().tell(owner, backup, writing);
            }
        }
        if (!awaitsBackup) {
            answer(owner, answer);
        }
    }

    private void answer(Member owner, Answer<T> answer) {
        caller.network().send(owner, caller, () -> {
            if (!isDone()) {
                caller.answered(answer.result());
                promise.complete(answer.value());
            }
        });
    }
}
