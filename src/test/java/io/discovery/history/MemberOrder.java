package io.discovery.history;

import io.discovery.history.History.Loss;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The check that no member goes back: of two lists that one client has of a member, one after the other, the second
 * shows no older registration of a host, and no host again that had left the list, unless it has checked in since. A
 * member that has lost its memory begins anew.
 */
final class MemberOrder {

    /** The last state of a host that a client saw at a member. */
    private static final class Last {
        private @Nullable Seen seen;
        private boolean isAbsent;
    }

    private record Source(int client, int member, int memory, String service) {}

    private final History history;
    private final Rules rules;
    private final Function<String, HostChanges> changes;
    private final List<Loss> losses;
    private final Map<Source, Map<String, Last>> hosts = new HashMap<>();

    MemberOrder(History history, Rules rules, Function<String, HostChanges> changes) {
        this.history = history;
        this.rules = rules;
        this.changes = changes;
        this.losses = history.losses();
    }

    /** @param operations in the order in which they began */
    void check(List<Operation> operations, Consumer<Violation> violations) {
        operations.stream()
                .filter(operation -> operation.isList() && operation.member() != Operation.ANY)
                .forEach(list -> check(list, violations));
    }

    private void check(Operation list, Consumer<Violation> violations) {
        int memory = (int) losses.stream()
                .filter(loss -> loss.member() == list.member() && loss.at() <= list.completed())
                .count();
        Map<String, Last> known = hosts.computeIfAbsent(
                new Source(list.client(), list.member(), memory, list.service()), source -> new HashMap<>());
        known.forEach((host, last) -> last.isAbsent |= !list.seen().containsKey(host));
        list.seen().forEach((host, seen) -> {
            Last last = known.computeIfAbsent(host, first -> new Last());
            Seen before = last.seen;
            if (before != null && goesBack(list.service() + "/" + host, before, last.isAbsent, seen)) {
                violations.accept(new Violation(
                        Promise.NO_MEMBER_GOES_BACK,
                        list.service() + "/" + host + ": " + before + (last.isAbsent ? ", then nothing" : "")
                                + ", then " + seen + " in " + history.line(list)));
            }
            last.seen = seen;
            last.isAbsent = false;
        });
    }

    private boolean goesBack(String key, Seen before, boolean wasAbsent, Seen after) {
        if (before.checkedIn() != null && after.checkedIn() != null) {
            int order = after.checkedIn().compareTo(before.checkedIn());
            // Protection may list hosts again whose leases have ended.
            return order < 0 || order == 0 && wasAbsent && !rules.isProtected();
        }
        return changes.apply(key).isOlder(after.revision(), before.revision());
    }
}
