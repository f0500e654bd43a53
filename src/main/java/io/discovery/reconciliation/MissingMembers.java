package io.discovery.reconciliation;

import io.discovery.registry.MissingMember;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Members that went without an ordered stop, and are not back. One that crashed and one in the other half of a split
 * look the same from here, and in the other half hosts may have been heard whose leases have ended in this one. After
 * {@code atMost} they count no more. Addresses identify them: a member that comes back has another id. A member that
 * starts has seen none of them go, and asks its peers whom they miss. Safe for all threads.
 */
public final class MissingMembers {

    private final Supplier<Map<String, String>> members;
    private final Supplier<List<MissingMember>> elsewhere;
    private final BiConsumer<String, Runnable> ifStopped;
    private final Duration atMost;
    private final LongSupplier nanoTime;
    private Map<String, String> present;
    /** By address. */
    private final Map<String, Loss> losses = new HashMap<>();

    private record Loss(String id, long since) {}

    /**
     * @param members the addresses of the current members, by their ids
     * @param elsewhere the members that peers miss; may block
     * @param ifStopped runs the given task, now or later, if the member with that id had said that it stops; must not
     *     block: clients' changes wait for the lock under which it is called
     */
    public MissingMembers(
            Supplier<Map<String, String>> members,
            Supplier<List<MissingMember>> elsewhere,
            BiConsumer<String, Runnable> ifStopped,
            Duration atMost,
            LongSupplier nanoTime) {
        this.members = members;
        this.elsewhere = elsewhere;
        this.ifStopped = ifStopped;
        this.atMost = atMost;
        this.nanoTime = nanoTime;
        this.present = members.get();
    }

    /** Returns the addresses of the current members, this one included. */
    Set<String> addresses() {
        return Set.copyOf(members.get().values());
    }

    /** Adds the members that have gone since the last look, unless they have stopped in order. */
    synchronized void look() {
        Map<String, String> now = members.get();
        addGone(now);
        present = now;
    }

    private void addGone(Map<String, String> now) {
        present.forEach((id, address) -> {
            Loss known = losses.get(address);
            boolean isKnown = known != null && known.id().equals(id);
            if (!now.containsKey(id) && !isKnown) {
                add(id, address, nanoTime.getAsLong());
            }
        });
    }

    private void add(String id, String address, long since) {
        losses.put(address, new Loss(id, since));
        ifStopped.accept(id, () -> stopped(id));
    }

    /** Adds the members that peers miss and that this member does not see. Blocks while peers answer. */
    void learn() {
        // Before the question: what peers tell grows older while they answer, and may come back to them.
        long asked = nanoTime.getAsLong();
        learn(elsewhere.get(), asked);
    }

    private synchronized void learn(List<MissingMember> told, long asked) {
        Collection<String> here = members.get().values();
        for (MissingMember member : told) {
            if (!here.contains(member.address()) && !losses.containsKey(member.address())) {
                long since = asked - TimeUnit.MICROSECONDS.toNanos(member.micros());
                add(member.id(), member.address(), since);
            }
        }
    }

    /** Returns the missing members as of now, for a peer that asks. */
    public synchronized List<MissingMember> tell() {
        // An event may come later than the question. A member that has come counts as present only with the event,
        // which a
        // comparison follows.
        addGone(members.get());
        forgetOld();
        long now = nanoTime.getAsLong();
        return losses.entrySet().stream()
                .map(entry -> new MissingMember(
                        entry.getValue().id(),
                        entry.getKey(),
                        TimeUnit.NANOSECONDS.toMicros(now - entry.getValue().since())))
                .toList();
    }

    /** Returns whether a member at one of these addresses is missing. */
    synchronized boolean includesAny(Set<String> addresses) {
        // As for a peer that asks: an event may come later.
        addGone(members.get());
        return addresses.stream().anyMatch(losses::containsKey);
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
        forgetOld();
        return !losses.isEmpty();
    }

    private void forgetOld() {
        if (!losses.isEmpty()) {
            long now = nanoTime.getAsLong();
            losses.values().removeIf(loss -> now - loss.since() > atMost.toNanos());
        }
    }
}
