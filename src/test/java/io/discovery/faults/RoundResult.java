package io.discovery.faults;

import io.discovery.history.History;
import io.discovery.history.Operation;
import io.discovery.history.Operation.Kind;
import io.discovery.history.Operation.Outcome;
import io.discovery.history.Promise;
import io.discovery.history.Rules;
import io.discovery.history.Violation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The result of a round.
 *
 * @param operations of clients, reads among them
 * @param events that members sent to watchers
 * @param unknown operations of unknown outcome
 * @param equalAfter the longest it took, from the end of a fault, until all members showed the same
 * @param slowestReadMillis of members that were there, as is the write's
 */
record RoundResult(
        Plan plan,
        int operations,
        int events,
        int watchers,
        int unknown,
        Duration equalAfter,
        long slowestReadMillis,
        long slowestWriteMillis,
        List<Violation> violations) {

    RoundResult {
        violations = List.copyOf(violations);
    }

    static RoundResult of(
            Plan plan, History history, Rules rules, Duration equalAfter, int watchers, List<Violation> violations) {
        List<Operation> all = history.operations();
        List<Operation> asked =
                all.stream().filter(each -> each.kind() != Kind.EVENT).toList();
        return new RoundResult(
                plan,
                asked.size(),
                all.size() - asked.size(),
                watchers,
                (int) asked.stream()
                        .filter(each -> each.outcome() == Outcome.INFO)
                        .count(),
                equalAfter,
                slowest(asked, history, rules, true),
                slowest(asked, history, rules, false),
                violations);
    }

    /** Returns the result of a round that ended early. */
    static RoundResult ended(Plan plan, Throwable why) {
        Violation violation = new Violation(Promise.ROUNDS_END, String.valueOf(why));
        return new RoundResult(plan, 0, 0, 0, 0, Duration.ZERO, 0, 0, List.of(violation));
    }

    private static long slowest(List<Operation> operations, History history, Rules rules, boolean reads) {
        return TimeUnit.NANOSECONDS.toMillis(operations.stream()
                .filter(operation -> (operation.kind() == Kind.READ) == reads)
                .filter(operation -> !history.isAway(operation, rules.edge()))
                .mapToLong(Operation::nanos)
                .max()
                .orElse(0));
    }

    @Override
    public String toString() {
        return plan + ": " + operations + " operations, " + unknown + " unknown, " + events + " events for " + watchers
                + " watchers, equal after " + equalAfter.toMillis() + " ms, slowest read " + slowestReadMillis
                + " ms, slowest write " + slowestWriteMillis + " ms, " + violations.size() + " violations";
    }
}
