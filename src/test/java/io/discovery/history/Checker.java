package io.discovery.history;

import io.discovery.history.Operation.Kind;
import io.discovery.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The judge of a history. {@link HostChanges} says what a list may show, {@link MemberOrder} that no member goes back,
 * {@link WatcherCheck} that watchers miss nothing; this class has the rest, and joins them.
 *
 * <p>A member has to know of what it acknowledged itself since it last lost its memory, of what {@link
 * History.Knowledge} says, and of what any member acknowledged while nothing was at fault.
 */
public final class Checker {

    /** The status of a member that has not loaded everything yet. */
    private static final int NOT_READY = 503;

    private final History history;
    private final Rules rules;
    private final Timeline time;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, HostChanges> changes = new HashMap<>();
    private final Map<String, Set<String>> hosts = new HashMap<>();

    private Checker(History history, Rules rules) {
        this.history = history;
        this.rules = rules;
        this.time = new Timeline(history, rules);
    }

    /** Returns all violations. */
    public static List<Violation> check(History history, Rules rules) {
        Checker checker = new Checker(history, rules);
        checker.check(history.operations());
        return checker.violations;
    }

    private void check(List<Operation> operations) {
        operations.stream()
                .filter(operation -> operation.kind().isChange() && operation.outcome() != Outcome.FAIL)
                .forEach(this::index);
        for (Operation operation : operations) {
            checkTime(operation);
            if (operation.isList()) {
                checkList(operation);
            } else if (operation.outcome() == Outcome.FAIL) {
                checkRefusal(operation);
            }
        }
        new MemberOrder(history, rules, this::changesOf).check(operations, violations::add);
        new WatcherCheck(history, rules, time, this::changesOf).check(operations, violations::add);
    }

    private void index(Operation change) {
        changesOf(change.key()).add(change);
        hosts.computeIfAbsent(change.service(), service -> new HashSet<>()).add(change.host());
    }

    private HostChanges changesOf(String key) {
        return changes.computeIfAbsent(key, host -> new HostChanges(time, rules, history));
    }

    private void checkTime(Operation operation) {
        if (operation.kind() == Kind.EVENT || time.isAway(operation)) {
            return;
        }
        boolean isRead = operation.kind() == Kind.READ;
        boolean isLate = operation.nanos() > (isRead ? rules.read() : rules.write()).toNanos();
        boolean isRefused = isRead && operation.outcome() != Outcome.OK && !mayBeRefused(operation);
        if (isLate || isRefused) {
            violations.add(new Violation(
                    isRead ? Promise.READS_NEVER_FAIL_OR_STALL : Promise.WRITES_ARE_ANSWERED_IN_TIME,
                    history.line(operation)));
        }
    }

    /**
     * Returns true for a read that was refused at once by a member that may be catching up, or by a load balancer before
     * such a member.
     */
    private boolean mayBeRefused(Operation read) {
        return read.status() == NOT_READY && time.mayBeCatchingUp(read.member(), read.invoked(), read.completed());
    }

    private void checkList(Operation list) {
        if (list.kind() == Kind.EVENT && time.isAway(list)) {
            // The member may have made the list long before it could send it.
            return;
        }
        Set<String> all = new HashSet<>(hosts.getOrDefault(list.service(), Set.of()));
        all.addAll(list.seen().keySet());
        for (String host : all) {
            changesOf(list.service() + "/" + host)
                    .check(list.seen().get(host), list)
                    .ifPresent(fault ->
                            violations.add(new Violation(fault.promise(), where(list, host) + ": " + fault.why())));
        }
    }

    private String where(Operation list, String host) {
        return list.service() + "/" + host + " at member " + list.member() + ", in the "
                + (list.kind() == Kind.EVENT ? "event" : "read") + " of client " + list.client() + " at "
                + history.millis(list.invoked()) + ".." + history.millis(list.completed());
    }

    /** Checks a refusal, which is right if the member may not have listed the host. */
    private void checkRefusal(Operation operation) {
        boolean isOfAbsent = operation.kind() == Kind.WEIGH || operation.kind() == Kind.DEREGISTER;
        if (!isOfAbsent || changesOf(operation.key()).whyListed(operation).isPresent()) {
            violations.add(new Violation(Promise.CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON, history.line(operation)));
        }
    }
}
