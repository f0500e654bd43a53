package io.discovery.store.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryLoadedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.discovery.model.Registration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A listener by which a member learns of every write.
 *
 * <p>Owners and backups learn of a write as they do it: the processor calls its member. In a cluster of up to {@link
 * RegistrationMap#COPIES} members that covers all writes, because each member holds a copy of everything, and it costs
 * nothing more. Hazelcast's events cost about as much as the write itself, so a member listens to them only while it
 * may not hold a copy of everything: in a larger cluster, and from any change among the members until all copies are
 * where they belong.
 *
 * <p>A write whose report is lost, for example with a connection, is found by comparing copies.
 */
public final class WriteListener {

    private static final String LISTENER = "discovery.writes";
    /** Time after the last change among the members in which copies may still be on their way. */
    static final long UNREST_MICROS = TimeUnit.SECONDS.toMicros(10);

    private final HazelcastInstance hazelcast;
    private final EntryListening listening;
    private final LongSupplier nowMicros;
    private final BooleanSupplier holdsAll;
    private volatile long changedAt;

    private WriteListener(
            HazelcastInstance hazelcast,
            IMap<String, Registration> map,
            LongSupplier nowMicros,
            BooleanSupplier holdsAll,
            Consumer<Registration> listener) {
        this.hazelcast = hazelcast;
        this.nowMicros = nowMicros;
        this.holdsAll = holdsAll;
        this.changedAt = nowMicros.getAsLong();
        this.listening = new EntryListening(hazelcast, map, new Events(listener));
    }

    /**
     * Starts to report writes into this member's copies to the listener; all other writes once this is {@link
     * #adjust}ed.
     */
    static WriteListener begin(
            HazelcastInstance hazelcast,
            IMap<String, Registration> map,
            LongSupplier nowMicros,
            BooleanSupplier holdsAll,
            Consumer<Registration> listener) {
        hazelcast.getUserContext().put(LISTENER, listener);
        return new WriteListener(hazelcast, map, nowMicros, holdsAll, listener);
    }

    /** Reports a registration that was just written into a copy to the listener of the copy's member. */
    @SuppressWarnings("unchecked") // only begin puts a value there
    static void tell(@Nullable HazelcastInstance member, Registration written) {
        Object listener = member == null ? null : member.getUserContext().get(LISTENER);
        if (listener != null) {
            ((Consumer<Registration>) listener).accept(written);
        }
    }

    /**
     * Returns whether a member has no peers, and so no backups: Hazelcast would prepare data to send although there is
     * no receiver.
     */
    static boolean isAlone(@Nullable HazelcastInstance member) {
        return member != null && member.getCluster().getMembers().size() == 1;
    }

    /** Records a change among the members; {@link #adjust} is to be called soon. Never blocks. */
    public void unrest() {
        changedAt = nowMicros.getAsLong();
    }

    /**
     * Adds or removes the listener to events, as is needed now. Blocks; to be called about every second, by one thread
     * at a time.
     *
     * @throws RuntimeException if a member does not answer; calling it again is safe
     */
    public void adjust() {
        if (mayLackCopies()) {
            listening.begin();
        } else if (listening.isAdded() && holdsAll.getAsBoolean()) {
            listening.end();
        }
    }

    /** Returns whether this listens to events. */
    boolean hearsEvents() {
        return listening.isKnown();
    }

    /**
     * Returns whether a write may be missed now: copies may be on their way, and this does not listen to events yet. A
     * comparison of copies that begins later finds such a write.
     */
    public boolean mayMissWrites() {
        return !listening.isKnown() && mayLackCopies();
    }

    private boolean mayLackCopies() {
        int members = hazelcast.getCluster().getMembers().size();
        return members > RegistrationMap.COPIES || members > 1 && nowMicros.getAsLong() - changedAt < UNREST_MICROS;
    }

    private record Events(Consumer<Registration> listener)
            implements EntryAddedListener<String, Registration>,
                    EntryUpdatedListener<String, Registration>,
                    EntryLoadedListener<String, Registration> {

        @Override
        public void entryAdded(EntryEvent<String, Registration> event) {
            listener.accept(event.getValue());
        }

        @Override
        public void entryUpdated(EntryEvent<String, Registration> event) {
            listener.accept(event.getValue());
        }

        @Override
        public void entryLoaded(EntryEvent<String, Registration> event) {
            listener.accept(event.getValue());
        }
    }
}
