package io.discovery.registry;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable copy behind the registry. Methods block, and are never called by an event loop. {@link #open} comes first
 * and {@link #close} last; in between {@link #write} is called by one thread, {@link #scan} and {@link #holds} by
 * another.
 *
 * <p>A backend stores whole registrations, tombstones included, as they are given: every register with its version. It
 * never lets an older copy replace a newer one, and is free to drop what is past its RETENTION.
 */
public interface StorageBackend extends AutoCloseable {

    /** Who shares the copy. */
    enum Scope {
        /** Each member has its own copy of the whole registry, and writes all of it. */
        MEMBER,
        /** All members share one copy; the owner of a key writes it. */
        SHARED
    }

    Scope scope();

    /** What it is and where, for the start-up log and for messages; no secrets. */
    String description();

    /**
     * Makes the backend ready for {@link #scan} and {@link #write}, or says why it cannot be used as it is. Whatever it
     * finds there stays unchanged if it cannot.
     *
     * @throws UnusableBackendException if it is damaged, foreign, in use, or belongs to another cluster: starting again
     *     will not help, somebody must act
     */
    void open();

    /**
     * Gives every stored registration to {@code registrations}, each once, in any order, those past RETENTION left out.
     * A row that cannot be read, now or later, keeps no other from being given; {@link #damage} tells of it.
     *
     * @throws BackendException if not all could be read, and a later call may succeed
     */
    void scan(Consumer<Registration> registrations);

    /**
     * The rows that can be no registrations, whoever made them so: found by the latest {@link #scan}, and neither replaced nor
     * removed since, as far as that is known before the next one. Safe for all threads, never blocks.
     */
    default Damage damage() {
        return Damage.NONE;
    }

    /**
     * Rows that cannot be read.
     *
     * @param reasons which they are and why, for the log and for operators; {@link #MOST_REASONS} at most, no secrets
     */
    record Damage(long rows, List<String> reasons) {

        public static final Damage NONE = new Damage(0, List.of());
        public static final int MOST_REASONS = 5;

        public Damage {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Whether a copy of the instance is stored at this moment, by a read that sees every write before it. Only asked of a
     * {@link Scope#SHARED} backend, before what somebody else removed is believed to be gone.
     *
     * @throws BackendException if that could not be found out
     */
    default boolean holds(InstanceKey key) {
        throw new UnsupportedOperationException("nobody else writes to " + description());
    }

    /**
     * Brings the stored copies up to these: each becomes the merge of what is stored, as it counts by {@link
     * Retention#beside}, and what is given; keys are distinct. Nobody gives what is past its RETENTION.
     * A row that cannot be read is replaced by what is given. When it returns, all but the refused are stored. Of a {@link Scope#SHARED} copy somebody else
     * may write the same row at the same moment: neither write may be lost.
     *
     * @throws BackendException if none was written; all will be given again
     */
    Written write(Collection<Write> writes);

    /**
     * A registration to be stored.
     *
     * @param known what was last known of the stored copy, so that a backend need not read before it writes; may be out of
     *     date; null if nothing is known or the backend is not shared
     */
    record Write(Registration registration, @Nullable StoredCopy known) {}

    /**
     * What became of a batch.
     *
     * @param refused the keys not written, each with the reason; given again later, later still if a {@link
     *     RejectedException} says that no retry will help
     * @param found stored copies that had something newer than what was given, and that the merge now stored has too
     */
    record Written(Map<InstanceKey, BackendException> refused, List<Registration> found) {

        public static final Written ALL = new Written(Map.of(), List.of());

        public Written {
            refused = Map.copyOf(refused);
            found = List.copyOf(found);
        }
    }

    /** Lets go of everything; what was written stays. Does nothing the second time. */
    @Override
    void close();

    /** The backend failed this time. */
    class BackendException extends RuntimeException {
        public BackendException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The backend will never take this registration as it is. */
    class RejectedException extends BackendException {
        public RejectedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The backend cannot be used until somebody acts; the message says what was found and what to do. */
    class UnusableBackendException extends RuntimeException {
        public UnusableBackendException(String message) {
            super(message);
        }

        public UnusableBackendException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
