package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StoredCopy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The choice of the registrations that this member writes to its backend. */
public interface WritePolicy {

    /**
     * Returns the policy for a backend of this member's own: every change, at once.
     *
     * @param importer import of the backend's rows into the registry
     */
    static WritePolicy toItsOwn(BackendImporter importer) {
        return new WritePolicy() {
            @Override
            public boolean isDue(Registration registration) {
                return importer.isKept(registration);
            }

            @Override
            public boolean isOverdue(Registration registration) {
                return isDue(registration);
            }

            @Override
            public Registration newest(Registration waiting) {
                return importer.newest(waiting);
            }

            @Override
            public @Nullable StoredCopy known(InstanceKey key) {
                return null;
            }

            @Override
            public void done(List<Registration> stored, List<Registration> found) {
                // No other member needs to know, and no other program writes there.
            }
        };
    }

    /**
     * Returns whether this member has to write this state of a registration, which is new at this moment. Thread-safe;
     * never blocks.
     */
    boolean isDue(Registration registration);

    /** Returns whether this state may not wait for a newer one. Implies that it is due. Thread-safe; never blocks. */
    boolean isOverdue(Registration registration);

    /**
     * Returns the newest state of a registration that has waited to be written: other members may have changed and
     * written it meanwhile. Thread-safe; never blocks.
     */
    Registration newest(Registration waiting);

    /** Returns the known state of the stored copy. Thread-safe; never blocks. */
    @Nullable
    StoredCopy known(InstanceKey key);

    /**
     * Takes in the result of a write. Blocks; if it throws, the same registrations are written again.
     *
     * @param stored the registrations that the backend holds now
     * @param found newer registrations that the backend held already and the registry did not know
     */
    void done(List<Registration> stored, List<Registration> found);
}
