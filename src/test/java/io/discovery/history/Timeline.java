package io.discovery.history;

import io.discovery.history.History.Away;
import io.discovery.history.History.Calm;
import io.discovery.history.History.End;
import io.discovery.history.History.Knowledge;
import io.discovery.history.History.Loss;
import io.discovery.history.History.Split;
import io.discovery.history.Operation.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The members and faults of a history: who had to know what, who may have been late, and which change is later. */
final class Timeline {

    /** The share of a lease by which heartbeats that say nothing new may be written late. */
    private static final int LATE_HEARTBEATS = 4;

    private static final Duration LATE_WRITES = Duration.ofSeconds(11);

    private final Rules rules;
    private final int members;
    private final List<Knowledge> knowledge;
    private final List<Away> away;
    private final List<Loss> losses;
    private final List<End> ends;
    private final List<Split> splits;
    private final List<Calm> calms;

    Timeline(History history, Rules rules) {
        this.rules = rules;
        this.knowledge = history.knowledge();
        this.away = history.away();
        this.losses = history.losses();
        this.ends = history.ends();
        this.splits = history.splits();
        this.calms = history.calms();
        this.members = 1
                + history.operations().stream()
                        .mapToInt(Operation::member)
                        .max()
                        .orElse(0);
    }

    /** Returns true if the observer's member had to know of an acknowledged change when it was asked. */
    boolean isKnown(Operation change, Operation observer) {
        if (!change.isAcknowledged() || change.completed() > observer.invoked() || mayBeGone(change, observer)) {
            return false;
        }
        return observer.member() == Operation.ANY
                ? IntStream.range(0, members).allMatch(member -> isKnownTo(member, change, observer))
                : isKnownTo(observer.member(), change, observer);
    }

    private boolean isKnownTo(int member, Operation change, Operation observer) {
        return remembersAny(member, change, observer)
                || knowledge.stream()
                        .anyMatch(known -> known.member() == member
                                && known.from() <= observer.invoked()
                                && known.upTo() >= change.completed());
    }

    /** Returns true if the member learned of the change when it was made, and has not lost its memory since. */
    private boolean remembersAny(int member, Operation change, Operation observer) {
        return (change.member() == member || hasSpread(change, observer))
                && losses.stream()
                        .noneMatch(loss -> loss.member() == member
                                && loss.at() > change.completed()
                                && loss.at() <= observer.completed());
    }

    /** Returns true if the change was made so long before the next fault that all members have it. */
    private boolean hasSpread(Operation change, Operation observer) {
        long spread = change.completed() + rules.news().toNanos();
        return spread <= observer.invoked()
                && calms.stream().anyMatch(calm -> calm.from() <= change.invoked() && spread <= calm.until());
    }

    /** Returns true if nothing was at fault, and no member had left, while the operation ran. */
    boolean isCalm(Operation operation) {
        return calms.stream()
                        .anyMatch(calm -> calm.from() <= operation.invoked() && operation.completed() <= calm.until())
                && !isAway(Operation.ANY, operation.invoked(), operation.completed());
    }

    private boolean mayBeGone(Operation change, Operation observer) {
        return ends.stream()
                .anyMatch(end -> change.completed() > end.from()
                        && change.invoked() < end.at()
                        && observer.completed() > end.at());
    }

    /**
     * Returns true if the version of one change is surely older than that of another. Members make versions by clocks
     * that are a little apart. A change whose key has a newer version gets one above it, so that counts only where the
     * other may not have been there yet: in a split, until members have merged, or if it has no known outcome.
     */
    boolean isBefore(Operation one, Operation other) {
        boolean byClocks = one.member() != other.member() || one.member() == Operation.ANY;
        boolean apart = byClocks && (one.outcome() == Outcome.INFO || isSplit(one.invoked(), other.completed()));
        return one.completed() + (apart ? rules.clocks().toNanos() : 0) <= other.invoked();
    }

    /** Returns true if no answer was expected of the member at some time from {@code from} to {@code until}. */
    boolean isAway(int member, long from, long until) {
        return away.stream()
                .anyMatch(time -> (time.member() == member || member == Operation.ANY)
                        && from <= time.until()
                        && until >= time.from());
    }

    /** Returns when the member was back that was away in this time; the end of the time if it was not away. */
    long backFrom(int member, long from, long until) {
        return away.stream()
                .filter(time -> time.member() == member && from <= time.until() && until >= time.from())
                .mapToLong(Away::until)
                .reduce(until, Math::max);
    }

    /** Returns true if no answer was expected of the member while the operation ran, or shortly before or after. */
    boolean isAway(Operation operation) {
        long edge = rules.edge().toNanos();
        return isAway(operation.member(), operation.invoked() - edge, operation.completed() + edge);
    }

    /**
     * Returns true if the member may not have caught up with the others: it refuses reads, and tells its watchers
     * nothing.
     */
    boolean mayBeCatchingUp(int member, long from, long until) {
        return isSplit(from, until) || isAway(member, from - rules.catchingUp().toNanos(), until);
    }

    /** Returns true if links were at fault in this time, or not long before: members merge some seconds after that. */
    private boolean isSplit(long from, long until) {
        long late = rules.catchingUp().toNanos();
        return splits.stream().anyMatch(split -> from <= split.until() + late && until >= split.from());
    }

    /** Returns true if links were at fault, or members were still catching up after it. */
    boolean mayBeApart(Operation operation) {
        return mayBeCatchingUp(Operation.ANY, operation.invoked(), operation.completed());
    }

    /**
     * Returns true if all members died not long ago. The backend may know of an older check-in than the last; the host
     * is then listed by as much longer as heartbeats may be written late.
     */
    boolean isAfterAnEnd(Operation observer) {
        long late = rules.lease()
                .plus(rules.lease().dividedBy(LATE_HEARTBEATS))
                .plus(LATE_WRITES)
                .toNanos();
        return ends.stream().anyMatch(end -> observer.completed() > end.at() && observer.invoked() < end.at() + late);
    }
}
