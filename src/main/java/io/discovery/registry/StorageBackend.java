package io.discovery.registry;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The durable copy behind the registry. Methods block; they are called by one thread at a time, never by an event loop.
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
     *
     * @throws BackendException if not all could be read; a later call may succeed
     */
    void scan(Consumer<Registration> registrations);

    /**
     * Stores the registrations that are newer than the stored copies; keys are distinct. When it returns, all but those
     * in the answer survive the end of this process.
     *
     * @return the keys not written, each with the reason; they will be given again
     * @throws BackendException if none was written
     */
    Map<InstanceKey, BackendException> write(Collection<Registration> registrations);

    /** Lets go of everything; what was written stays. Does nothing the second time. */
    @Override
    void close();

    /** The backend failed this time. */
    class BackendException extends RuntimeException {
        public BackendException(String message, Throwable cause) {
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
