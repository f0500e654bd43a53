package io.discovery.registry;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable copy behind the registry. Methods block, and no event loop calls them. {@link #open} comes first and
 * {@link #close} last; in between one thread calls {@link #write}, and another calls {@link #scan} and {@link #holds}.
 *
 * <p>A backend stores whole registrations, tombstones included, as they are given: every register with its version. It
 * never lets an older copy replace a newer one, and may drop registrations past their RETENTION.
 */
public interface StorageBackend extends AutoCloseable {

    /** The members that share the copy. */
    enum Scope {
        /** One copy for each member, which holds the whole registry and is written by that member alone. */
        MEMBER,
        /** One copy for all members; the owner of a key writes it. */
        SHARED
    }

    Scope scope();

    /** Returns the kind of the backend and its place, for the start-up log and for messages; no secrets. */
    String description();

    /**
     * Makes the backend ready for {@link #scan} and {@link #write}, or tells why it cannot be used as it is. In that
     * case the stored data stays unchanged.
     *
     * @throws UnusableBackendException if the stored data is damaged, foreign, in use, or belongs to another cluster: a
     *     restart will not help, an operator must act
     */
    void open();

    /**
     * Gives every stored registration to {@code registrations}, each once, in any order, except those past RETENTION. A
     * row that cannot be read, now or later, does not stop the others; {@link #damage} reports it.
     *
     * @throws BackendException if not all rows could be read, and a later call may succeed
     */
    void scan(Consumer<Registration> registrations);

    /**
     * Returns the rows that cannot be read as registrations, whatever wrote them: those that the latest {@link #scan}
     * found, less those that were replaced or removed since, as far as that is known before the next scan. Thread-safe;
     * never blocks.
     */
    default Damage damage() {
        return Damage.NONE;
    }

    /**
     * Rows that cannot be read.
     *
     * @param reasons the rows and the reasons, for the log and for operators; {@link #MOST_REASONS} at most, no secrets
     */
    record Damage(long rows, List<String> reasons) {

        public static final Damage NONE = new Damage(0, List.of());
        public static final int MOST_REASONS = 5;

        public Damage {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Returns whether a copy of the instance is stored at this moment, by a read that sees every write before it. Asked
     * only of a {@link Scope#SHARED} backend, before a row removed by another program counts as gone.
     *
     * @throws BackendException if the backend did not answer
     */
    default boolean holds(InstanceKey key) {
        throw new UnsupportedOperationException("no other program writes to " + description());
    }

    /**
     * Updates the stored copies: each becomes the merge of the stored copy, in the state of {@link Retention#beside},
     * with the given registration. Keys are distinct, and no registration is past its RETENTION. The given registration
     * replaces a row that cannot be read. When this returns, all but the refused registrations are stored. Another
     * program may write the same row of a {@link Scope#SHARED} copy at the same moment: neither write may be lost.
     *
     * @throws BackendException if none was written; all will be given again
     */
    Written write(Collection<Write> writes);

    /**
     * A registration to be stored.
     *
     * @param known the last known state of the stored copy, so that a backend need not read before it writes; may be
     *     out of date; null if none is known or the backend is not shared
     */
    record Write(Registration registration, @Nullable StoredCopy known) {}

    /**
     * The result of a batch.
     *
     * @param refused the keys that were not written, each with the reason; their registrations are given again later,
     *     and later still if a {@link RejectedException} says that no retry will help
     * @param found stored copies that had newer registers than the given ones; the merge now stored has these too
     */
    record Written(Map<InstanceKey, BackendException> refused, List<Registration> found) {

        public static final Written ALL = new Written(Map.of(), List.of());

        public Written {
            refused = Map.copyOf(refused);
            found = List.copyOf(found);
        }
    }

    /**
     * Returns the durable copy of this member's history, to be used while the backend is open and closed before it; empty
     * if there is none.
     */
    default Optional<ChangeStore> changes() {
        return Optional.empty();
    }

    /** Releases all resources; stored registrations stay. Does nothing the second time. */
    @Override
    void close();

    /** A failure of the backend at this time; a retry may succeed. */
    class BackendException extends RuntimeException {
        public BackendException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A failure for good: the backend will never take this registration as it is. */
    class RejectedException extends BackendException {
        public RejectedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A fault of the backend that an operator must mend; the message says what was found and what to do. */
    class UnusableBackendException extends RuntimeException {
        public UnusableBackendException(String message) {
            super(message);
        }

        public UnusableBackendException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
