package io.discovery.subscription;

import io.discovery.directory.Snapshot;

/** A listener to changes of a service, or of all; called on the event loop on which it follows. */
public interface ChangeListener {

    /**
     * Handles a possible change of a list. May be called once more after the listener has left.
     *
     * @param now the current list, also one without hosts
     */
    void changed(Snapshot now);

    /** Ends the listener, which is to finish and to leave: the member releases all listeners. */
    void end();
}
