package io.discovery.directory;

import io.discovery.model.Registration;
import org.jspecify.annotations.Nullable;

/**
 * A listener to what changes in lists, told under the lock of the instance's key: of one instance it hears in order. It
 * must not block.
 */
public interface ListedChanges {

    /** The listener that hears nothing. */
    ListedChanges NONE = new ListedChanges() {
        @Override
        public void changed(Step step) {
            // Nothing follows the changes.
        }

        @Override
        public void lapsed(Registration gone) {
            // Nothing follows the changes.
        }
    };

    /**
     * A change of a registration. A heartbeat that says nothing new is none.
     *
     * @param before null if none was known
     * @param wasListed whether the instance was in lists, as far as the listener was told
     * @param isListed whether it is in lists now
     */
    record Step(@Nullable Registration before, boolean wasListed, Registration after, boolean isListed) {}

    /** Handles a change. */
    void changed(Step step);

    /** Handles the expiry of an instance, which was listed before; told once, within some seconds. */
    void lapsed(Registration gone);
}
