package io.discovery.subscription;

import io.discovery.directory.Snapshot;

/** Somebody who wants to hear of a service, or of all; called on the event loop on which it follows. */
public interface ChangeListener {

    /**
     * The list may read otherwise than before. May come once more after the follower has left.
     *
     * @param now the list as it reads now; one without hosts is told too
     */
    void changed(Snapshot now);

    /** The member lets go of all followers: this one is to finish, and to leave. */
    void end();
}
