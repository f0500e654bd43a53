package io.discovery.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model of one host: the changes to it that may have happened, by any number of clients, and what an observer may
 * see of them.
 *
 * <p>Each field of a registration shows the change with the latest version. A version lies between the beginning and
 * the end of its operation, so of two operations that overlap either may be the later. An observer may therefore see
 * any change that was asked before the observer's end, unless it had to know of one that is surely later. An operation
 * of unknown outcome may have happened or not; late as it may take effect, its version is old.
 */
final class HostChanges {

    /** A reason why an observer cannot have seen what it saw. */
    record Fault(Promise promise, String why) {}

    private final Timeline time;
    private final Rules rules;
    private final History history;
    private final List<Operation> registrations = new ArrayList<>();
    private final List<Operation> removals = new ArrayList<>();
    private final List<Operation> weights = new ArrayList<>();

    HostChanges(Timeline time, Rules rules, History history) {
        this.time = time;
        this.rules = rules;
        this.history = history;
    }

    /** Adds a change, in the order in which they began. */
    void add(Operation change) {
        switch (change.kind()) {
            case REGISTER -> registrations.add(change);
            case DEREGISTER -> removals.add(change);
            case WEIGH -> weights.add(change);
            case READ, EVENT -> throw new IllegalArgumentException("no change: " + change.kind());
        }
    }

    /** Checks what an observer saw of the host; null for nothing. */
    Optional<Fault> check(@Nullable Seen seen, Operation observer) {
        if (seen == null) {
            return whyListed(observer).map(why -> new Fault(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY, why));
        }
        return checkRegistration(seen, observer).or(() -> checkWeight(seen, observer));
    }

    /** Returns why the host must be listed; empty if it may be absent. */
    Optional<String> whyListed(Operation observer) {
        return known(registrations, observer)
                .filter(checkIn -> rules.leaseLastsUntil(checkIn) > observer.completed())
                .filter(checkIn -> !mayBeUndone(checkIn, removals, observer))
                .findFirst()
                .map(checkIn -> "not listed, although " + history.line(checkIn));
    }

    private boolean mayBeUndone(Operation change, List<Operation> by, Operation observer) {
        return by.stream().anyMatch(undoing -> isAsked(undoing, observer) && !time.isBefore(undoing, change));
    }

    private static boolean isAsked(Operation change, Operation observer) {
        return change.invoked() <= observer.completed();
    }

    private Stream<Operation> known(List<Operation> changes, Operation observer) {
        return changes.stream().filter(change -> time.isKnown(change, observer));
    }

    private Optional<Fault> checkRegistration(Seen seen, Operation observer) {
        List<Operation> shown = registrations.stream()
                .filter(change -> change.value().equals(seen.revision()) && isAsked(change, observer))
                .toList();
        if (shown.isEmpty()) {
            return Optional.of(new Fault(Promise.NOTHING_IS_MADE_UP, "nobody sent revision " + seen.revision()));
        }
        return firstLater(shown, removals, observer)
                .map(later -> replaced(Promise.DEREGISTRATIONS_STAY, seen, later))
                .or(() -> firstLater(shown, registrations, observer)
                        .map(later -> replaced(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY, seen, later)))
                .or(() -> checkLease(shown, observer));
    }

    private Fault replaced(Promise promise, Seen seen, Operation later) {
        return new Fault(promise, "shows " + seen.revision() + ", although " + history.line(later));
    }

    /** Returns a change that the observer had to know of and that is later than all those that it may show. */
    private Optional<Operation> firstLater(List<Operation> shown, List<Operation> changes, Operation observer) {
        return known(changes, observer)
                .filter(later -> shown.stream().allMatch(change -> time.isBefore(change, later)))
                .findFirst();
    }

    private Optional<Fault> checkLease(List<Operation> shown, Operation observer) {
        boolean mustHaveEnded = shown.stream().allMatch(checkIn -> rules.leaseHasEndedBy(checkIn) < observer.invoked());
        return mustHaveEnded && !rules.isProtected() && !time.isAfterAnEnd(observer)
                ? Optional.of(new Fault(
                        Promise.SILENT_HOSTS_EXPIRE,
                        "listed, although its last check-in was " + history.line(shown.get(shown.size() - 1))))
                : Optional.empty();
    }

    private Optional<Fault> checkWeight(Seen seen, Operation observer) {
        String weight = seen.weight();
        if (weight == null) {
            return Optional.empty();
        }
        boolean allowed = weight.isEmpty() ? mayHaveNoWeight(observer) : mayHaveWeight(weight, observer);
        return allowed ? Optional.empty() : Optional.of(new Fault(Promise.WEIGHTS_STAY, unexpected(weight, observer)));
    }

    private String unexpected(String weight, Operation observer) {
        String known = Stream.concat(known(weights, observer), known(removals, observer))
                .reduce((earlier, later) -> later.invoked() > earlier.invoked() ? later : earlier)
                .map(history::line)
                .orElse("there was none");
        return "weight '" + weight + "', although " + known;
    }

    private boolean mayHaveWeight(String weight, Operation observer) {
        List<Operation> shown = weights.stream()
                .filter(change -> change.value().equals(weight) && isAsked(change, observer))
                .toList();
        return !shown.isEmpty()
                && firstLater(shown, weights, observer).isEmpty()
                && firstLater(shown, removals, observer).isEmpty()
                && firstLater(shown, freshStarts(), observer).isEmpty();
    }

    /** Returns the check-ins that surely came after the end of the host's lease. */
    private List<Operation> freshStarts() {
        return rules.isProtected()
                ? List.of()
                : registrations.stream().filter(this::isFreshStart).toList();
    }

    private boolean isFreshStart(Operation checkIn) {
        // A member that misses others keeps the weight of a host that may have reported to them.
        return time.isCalm(checkIn)
                && registrations.stream()
                        .filter(earlier -> earlier.invoked() < checkIn.invoked())
                        .allMatch(earlier -> rules.leaseHasEndedBy(earlier) < checkIn.invoked());
    }

    private boolean mayHaveNoWeight(Operation observer) {
        Predicate<Operation> gone = weight ->
                mayBeUndone(weight, removals, observer) || mayBeUndone(weight, returnsAfterALease(observer), observer);
        return known(weights, observer).allMatch(gone);
    }

    /** Returns the check-ins that may have come after the end of the host's lease: it starts afresh, without a weight. */
    private List<Operation> returnsAfterALease(Operation observer) {
        return registrations.stream()
                .filter(change -> isAsked(change, observer) && mayBeReturn(change))
                .toList();
    }

    private boolean mayBeReturn(Operation checkIn) {
        return registrations.stream()
                .filter(earlier -> earlier.isAcknowledged() && earlier.completed() <= checkIn.invoked())
                .filter(earlier -> time.isKnown(earlier, checkIn) || !time.mayBeApart(checkIn))
                .noneMatch(earlier -> rules.leaseLastsUntil(earlier) > checkIn.completed());
    }

    /** Returns true if a member that shows one revision and then another surely went back. */
    boolean isOlder(String later, String earlier) {
        List<Operation> after = named(later);
        List<Operation> before = named(earlier);
        return !later.equals(earlier)
                && !after.isEmpty()
                && after.stream().allMatch(one -> before.stream().allMatch(other -> time.isBefore(one, other)));
    }

    private List<Operation> named(String revision) {
        return registrations.stream()
                .filter(change -> change.value().equals(revision))
                .toList();
    }

    /** Returns true if the host may have changed in this time, by a client or by the end of its lease. */
    boolean mayChange(long from, long until) {
        return mayExpire(from, until)
                || Stream.of(registrations, removals, weights)
                        .flatMap(List::stream)
                        .anyMatch(change -> change.invoked() <= until && takesEffectBy(change) >= from);
    }

    private boolean mayExpire(long from, long until) {
        boolean goesOn = registrations.stream()
                .anyMatch(checkIn -> checkIn.isAcknowledged()
                        && checkIn.completed() <= from
                        && rules.leaseLastsUntil(checkIn) > until);
        return !goesOn
                && registrations.stream()
                        .anyMatch(checkIn ->
                                rules.leaseLastsUntil(checkIn) <= until && rules.leaseHasEndedBy(checkIn) >= from);
    }

    /** Returns when a change has taken effect at the latest: one of unknown outcome may still be on its way. */
    private long takesEffectBy(Operation change) {
        return change.isAcknowledged()
                ? change.completed()
                : change.completed() + rules.write().toNanos();
    }
}
