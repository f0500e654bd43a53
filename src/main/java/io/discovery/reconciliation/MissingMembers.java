package io.discovery.reconciliation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Members that went without an ordered stop, and are not back. One that crashed and one in the other half of a split
 * look the same from here, and in the other half hosts may have been heard whose leases have ended in this one. After
 * {@code atMost} they count no more. Addresses identify them: a member that comes back has another id. Safe for all
 * threads.
 */
public final class MissingMembers {

    private final Supplier<Map<String, String>> members;
    private final BiConsumer<String, Runnable> ifStopped;
    private final Duration atMost;
    private final LongSupplier nanoTime;
    private Map<String, String> present;
    /** By address. */
    private final Map<String, Loss> losses = new HashMap<>();

    private record Loss(String id, long since) {}

    /**
     * @param members the addresses of the current members, by their ids
     * @param ifStopped runs the given task, now or later, if the member with that id had said that it stops
     */
    public MissingMembers(
            Supplier<Map<String, String>> members,
            BiConsumer<String, Runnable> ifStopped,
            Duration atMost,
            LongSupplier nanoTime) {
        this.members = members;
        this.ifStopped = ifStopped;
        this.atMost = atMost;
        this.nanoTime = nanoTime;
        this.present = members.get();
    }

    /** Adds the members that have gone since the last look, unless they have stopped in order. */
    synchronized void look() {
        Map<String, String> now = members.get();
        present.forEach((id, address) -> {
            if (!now.containsKey(id)) {
                losses.put(address, new Loss(id, nanoTime.getAsLong()));
                ifStopped.accept(id, () -> stopped(id));
            }
        });
        present = now;
    }

    /** Forgets a member that stopped in order: others have had all that it took. */
    private synchronized void stopped(String id) {
        losses.values().removeIf(loss -> loss.id().equals(id));
    }

    /** Forgets the members that are back: all that were present at the last look have been compared with. */
    synchronized void compared() {
        losses.keySet().removeAll(Set.copyOf(present.values()));
    }

    synchronized boolean areThere() {
        if (!losses.isEmpty()) {
            long now = nanoTime.getAsLong();
            losses.values().removeIf(loss -> now - loss.since() > atMost.toNanos());
        }
        return !losses.isEmpty();
    }
}
