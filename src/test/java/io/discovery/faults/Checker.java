package io.discovery.faults;

import io.discovery.faults.History.Away;
import io.discovery.faults.History.End;
import io.discovery.faults.History.Knowledge;
import io.discovery.faults.History.Loss;
import io.discovery.faults.History.Split;
import io.discovery.faults.Operation.Kind;
import io.discovery.faults.Operation.Outcome;
import io.discovery.faults.Operation.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The judge of a history. Every host has one client that changes it, one change after the other, each registration with
 * a revision of its own; so a read tells which registration it shows.
 *
 * <p>The model: a read on a member must show, of each host, the last change it has to know of, or any later one that
 * was asked before the read ended and did not fail. It has to know of what this very member acknowledged since it last
 * lost its memory, and of what {@link Knowledge} says. An operation of unknown outcome may have happened or not, until
 * a later one on the same host is acknowledged: then it is too late, for its version is older.
 */
final class Checker {

    /** The largest difference between the clocks of two members on a busy machine. */
    private static final Duration CLOCKS_AGREE = Duration.ofMillis(20);

    /**
     * The longest waits that are allowed.
     *
     * @param read the longest a member that is not away may take to answer a read, which it must not refuse
     * @param write the longest it may take to answer a change, or to refuse it
     * @param edge around the times at which a member is away, in which its answers are not timed
     */
    record Limits(Duration read, Duration write, Duration edge) {}

    /** A broken promise. */
    record Violation(Promise promise, String what) {}

    enum Promise {
        ACKNOWLEDGED_REGISTRATIONS_STAY,
        DEREGISTRATIONS_STAY,
        WEIGHTS_STAY,
        NOTHING_IS_MADE_UP,
        CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON,
        READS_NEVER_FAIL_OR_STALL,
        WRITES_ARE_ANSWERED_IN_TIME,
        MEMBERS_ARE_EQUAL_AFTER_HEALING
    }

    private static final int NOTHING = -1;
    /** The status of a member that has not loaded everything yet. */
    private static final int NOT_READY = 503;
    /**
     * The time from the end of a split, or from the return of a member, until it has merged and all members are equal.
     */
    private static final Duration CATCHING_UP = Duration.ofSeconds(10);

    private final History history;
    private final Limits limits;
    private final List<Violation> violations = new ArrayList<>();
    private final List<Knowledge> knowledge;
    private final List<Away> away;
    private final List<Loss> losses;
    private final List<End> ends;
    private final List<Split> splits;
    /** The changes of each host that may have happened, in order. */
    private final Map<String, List<Operation>> changes = new HashMap<>();

    private final Map<String, Set<String>> hosts = new HashMap<>();

    private Checker(History history, Limits limits) {
        this.history = history;
        this.limits = limits;
        this.knowledge = history.knowledge();
        this.away = history.away();
        this.losses = history.losses();
        this.ends = history.ends();
        this.splits = history.splits();
    }

    static List<Violation> check(History history, Limits limits) {
        Checker checker = new Checker(history, limits);
        checker.check();
        return checker.violations;
    }

    private void check() {
        List<Operation> operations = history.operations();
        for (Operation operation : operations) {
            if (operation.kind() != Kind.READ && operation.outcome() != Outcome.FAIL) {
                changes.computeIfAbsent(operation.key(), key -> new ArrayList<>())
                        .add(operation);
                hosts.computeIfAbsent(operation.service(), service -> new HashSet<>())
                        .add(operation.host());
            }
        }
        for (Operation operation : operations) {
            time(operation);
            if (operation.kind() == Kind.READ && operation.outcome() == Outcome.OK) {
                checkList(operation);
            } else if (operation.outcome() == Outcome.FAIL) {
                checkRefusal(operation);
            }
        }
    }

    private void time(Operation operation) {
        if (isAway(operation)) {
            return;
        }
        boolean isRead = operation.kind() == Kind.READ;
        Duration limit = isRead ? limits.read() : limits.write();
        if (operation.nanos() > limit.toNanos()
                || isRead && operation.outcome() != Outcome.OK && !mayBeCatchingUp(operation)) {
            violate(
                    isRead ? Promise.READS_NEVER_FAIL_OR_STALL : Promise.WRITES_ARE_ANSWERED_IN_TIME,
                    history.line(operation));
        }
    }

    /**
     * Returns true for a read that a merged member refused: a member that has merged into the other half of a split
     * refuses reads, at once, until copies have been compared.
     */
    private boolean mayBeCatchingUp(Operation read) {
        long late = CATCHING_UP.toNanos();
        return read.status() == NOT_READY
                && (splits.stream()
                                .anyMatch(split ->
                                        read.invoked() >= split.from() && read.completed() <= split.until() + late)
                        || away.stream()
                                .anyMatch(time -> time.member() == read.member()
                                        && read.invoked() >= time.from()
                                        && read.completed() <= time.until() + late));
    }

    private boolean isAway(Operation operation) {
        return isAway(away, limits.edge(), operation);
    }

    /**
     * Returns true if no answer was expected of the member while the operation ran, or {@code margin} before or after.
     */
    static boolean isAway(List<Away> away, Duration margin, Operation operation) {
        long edge = margin.toNanos();
        return away.stream()
                .anyMatch(time -> time.member() == operation.member()
                        && operation.invoked() <= time.until() + edge
                        && operation.completed() >= time.from() - edge);
    }

    private void checkList(Operation read) {
        Set<String> all = new HashSet<>(hosts.getOrDefault(read.service(), Set.of()));
        all.addAll(read.seen().keySet());
        for (String host : all) {
            checkPresence(read, host, read.seen().get(host));
        }
    }

    private List<Operation> changesOf(Operation read, String host) {
        return changes.getOrDefault(read.service() + "/" + host, List.of());
    }

    private void checkPresence(Operation read, String host, @Nullable Seen seen) {
        List<Operation> all = presence(changesOf(read, host));
        int known = lastKnown(all, read);
        if (seen == null) {
            if (!mayBeAbsent(all, known, read)) {
                violate(
                        Promise.ACKNOWLEDGED_REGISTRATIONS_STAY,
                        "not listed, last known " + at(all, known),
                        read,
                        host);
            }
            return;
        }
        int shown = indexOfRevision(all, seen.revision());
        if (shown == NOTHING || all.get(shown).invoked() > read.completed()) {
            violate(Promise.NOTHING_IS_MADE_UP, "revision " + seen.revision(), read, host);
        } else if (shown < known) {
            boolean undone = all.subList(shown + 1, known + 1).stream().anyMatch(Checker::isAcknowledgedDeregistration);
            violate(
                    undone ? Promise.DEREGISTRATIONS_STAY : Promise.ACKNOWLEDGED_REGISTRATIONS_STAY,
                    "shows " + history.line(all.get(shown)) + ", last known " + at(all, known),
                    read,
                    host);
        } else {
            checkWeight(read, host, seen);
        }
    }

    private static boolean isAcknowledgedDeregistration(Operation change) {
        return change.kind() == Kind.DEREGISTER && change.outcome() == Outcome.OK;
    }

    private void checkWeight(Operation read, String host, Seen seen) {
        List<Operation> all = changesOf(read, host).stream()
                .filter(change -> change.kind() != Kind.REGISTER)
                .toList();
        int known = lastKnown(all, read);
        boolean allowed = known == NOTHING && seen.weight().isEmpty();
        for (int i = Math.max(0, known); i < all.size() && !allowed; i++) {
            boolean mayHaveHappened = all.get(i).invoked() <= read.completed();
            allowed = mayHaveHappened && all.get(i).value().equals(seen.weight());
        }
        if (!allowed) {
            violate(Promise.WEIGHTS_STAY, "weight '" + seen.weight() + "', last known " + at(all, known), read, host);
        }
    }

    /** Checks a refusal, which is right if the member may not have known the host. */
    private void checkRefusal(Operation change) {
        List<Operation> all = presence(changesOf(change, change.host()));
        boolean right = change.kind() != Kind.REGISTER
                && change.kind() != Kind.READ
                && mayBeAbsent(all, lastKnown(all, change), change);
        if (!right) {
            violate(Promise.CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON, history.line(change));
        }
    }

    private static List<Operation> presence(List<Operation> changes) {
        return changes.stream().filter(change -> change.kind() != Kind.WEIGH).toList();
    }

    private static boolean mayBeAbsent(List<Operation> all, int known, Operation observer) {
        return known == NOTHING
                || all.subList(known, all.size()).stream()
                        .anyMatch(
                                change -> change.kind() == Kind.DEREGISTER && change.invoked() <= observer.completed());
    }

    /**
     * Returns the last change that the observer's member had to know when it was asked. Of two changes in a split that
     * were closer than clocks agree, either may count as the later: then it is the earlier one.
     */
    private int lastKnown(List<Operation> all, Operation observer) {
        int last = lastInTime(all, observer);
        return last > 0 && areContested(all.get(last - 1), all.get(last)) ? last - 1 : last;
    }

    private boolean areContested(Operation earlier, Operation later) {
        return earlier.member() != later.member()
                && later.invoked() - earlier.completed() < CLOCKS_AGREE.toNanos()
                && splits.stream()
                        .anyMatch(split -> split.from() <= earlier.invoked() && later.completed() <= split.until());
    }

    private int lastInTime(List<Operation> all, Operation observer) {
        for (int i = all.size() - 1; i >= 0; i--) {
            Operation change = all.get(i);
            if (change.outcome() == Outcome.OK
                    && change.completed() <= observer.invoked()
                    && !mayBeGone(change, observer)
                    && isKnown(change, observer)) {
                return i;
            }
        }
        return NOTHING;
    }

    private boolean mayBeGone(Operation change, Operation observer) {
        return ends.stream()
                .anyMatch(end -> change.completed() > end.from()
                        && change.invoked() < end.at()
                        && observer.completed() > end.at());
    }

    private boolean isKnown(Operation change, Operation observer) {
        boolean own = change.member() == observer.member()
                && losses.stream()
                        .noneMatch(loss -> loss.member() == observer.member()
                                && loss.at() > change.completed()
                                && loss.at() <= observer.completed());
        return own
                || knowledge.stream()
                        .anyMatch(known -> known.member() == observer.member()
                                && known.from() <= observer.invoked()
                                && known.upTo() >= change.completed());
    }

    private static int indexOfRevision(List<Operation> all, String revision) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).kind() == Kind.REGISTER && all.get(i).value().equals(revision)) {
                return i;
            }
        }
        return NOTHING;
    }

    private String at(List<Operation> all, int index) {
        return index == NOTHING ? "nothing" : history.line(all.get(index));
    }

    private void violate(Promise promise, String what, Operation read, String host) {
        violate(
                promise,
                read.service() + "/" + host + " at member " + read.member() + " in the read of "
                        + history.millis(read.invoked()) + ".." + history.millis(read.completed()) + ": " + what);
    }

    private void violate(Promise promise, String what) {
        violations.add(new Violation(promise, what));
    }
}
