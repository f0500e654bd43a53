package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StoredCopy;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What of the registry this member has to bring to its backend. */
public interface WritePolicy {

    /**
     * The policy for a backend of this member's own: every change, at once.
     *
     * @param isKept whether a registration is within its RETENTION
     */
    static WritePolicy toItsOwn(Predicate<Registration> isKept) {
        return new WritePolicy() {
            @Override
            public boolean isDue(Registration registration) {
                return isKept.test(registration);
            }

            @Override
            public boolean isOverdue(Registration registration) {
                return isDue(registration);
            }

            @Override
            public @Nullable StoredCopy known(InstanceKey key) {
                return null;
            }

            @Override
            public void done(List<Registration> stored, List<Registration> found) {
                // Nobody else has to know, and nobody else writes there.
            }
        };
    }

    /**
     * Whether this state of a registration, new this moment, is to be written by this member. Safe for all threads, never
     * blocks.
     */
    boolean isDue(Registration registration);

    /** Whether this state may not wait for a newer one. Implies that it is due. Safe for all threads, never blocks. */
    boolean isOverdue(Registration registration);

    /** What is known of the stored copy. Safe for all threads, never blocks. */
    @Nullable
    StoredCopy known(InstanceKey key);

    /**
     * Hears what the backend did. Blocks; if it throws, the same will be written again.
     *
     * @param stored what the backend holds now
     * @param found what it held already and the registry did not know
     */
    void done(List<Registration> stored, List<Registration> found);
}
