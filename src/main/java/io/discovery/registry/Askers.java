package io.discovery.registry;

import io.discovery.model.Version;
import java.util.function.Supplier;

/** A listener to the clients that ask this member for changes. Thread-safe; never blocks. */
@FunctionalInterface
public interface Askers {

    /** The listener that hears nothing. */
    Askers NONE = (made, asker) -> {};

    /**
     * Handles a change that was made.
     *
     * @param made its version
     * @param asker reads the request's headers: called only if the change says something new
     */
    void asked(Version made, Supplier<Asker> asker);
}
