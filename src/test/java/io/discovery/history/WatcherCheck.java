package io.discovery.history;

import io.discovery.history.Operation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The check that watchers miss nothing. A watcher that is in step with a member and holds a list holds what the member
 * shows: if a read of the member shows another list, the watcher has a newer one soon after.
 */
final class WatcherCheck {

    private record Place(int member, String service) {}

    private final History history;
    private final Rules rules;
    private final Timeline time;
    private final Function<String, HostChanges> changes;

    WatcherCheck(History history, Rules rules, Timeline time, Function<String, HostChanges> changes) {
        this.history = history;
        this.rules = rules;
        this.time = time;
        this.changes = changes;
    }

    void check(List<Operation> operations, Consumer<Violation> violations) {
        Map<Place, List<Operation>> reads = new HashMap<>();
        operations.stream()
                .filter(operation -> operation.kind() == Kind.READ && operation.isList())
                .forEach(read -> reads.computeIfAbsent(
                                new Place(read.member(), read.service()), place -> new ArrayList<>())
                        .add(read));
        for (Hold hold : history.holds()) {
            reads.getOrDefault(new Place(hold.member(), hold.service()), List.of()).stream()
                    .filter(read -> isDuring(hold, read))
                    .filter(read -> isAnother(hold, read))
                    .findFirst()
                    .ifPresent(read -> violations.accept(new Violation(
                            Promise.WATCHERS_MISS_NOTHING, history.line(hold) + ", although " + history.line(read))));
        }
    }

    /** Returns true if the watcher held the list all the time from before the read to the end of the time for news. */
    private boolean isDuring(Hold hold, Operation read) {
        long soon = read.completed() + rules.news().toNanos();
        boolean mayWait = time.mayBeCatchingUp(read.member(), read.invoked(), soon);
        long back = time.backFrom(read.member(), read.invoked(), soon);
        if (back == Long.MAX_VALUE) {
            // The member has left for good.
            return false;
        }
        long latest = mayWait ? back + rules.catchingUp().toNanos() : soon;
        return hold.since() <= read.invoked() && latest <= hold.until();
    }

    /**
     * Returns true if the read shows another list, and goes on to do so: a host that changes and changes back is no news.
     */
    private boolean isAnother(Hold hold, Operation read) {
        TreeSet<String> all = new TreeSet<>(hold.list().keySet());
        all.addAll(read.seen().keySet());
        long soon = read.completed() + rules.news().toNanos();
        return all.stream()
                .filter(host -> !isSame(hold.list().get(host), read.seen().get(host)))
                .anyMatch(host -> !changes.apply(read.service() + "/" + host).mayChange(read.invoked(), soon));
    }

    private static boolean isSame(@Nullable Seen held, @Nullable Seen read) {
        return held == null ? read == null : read != null && held.hasContentOf(read);
    }
}
