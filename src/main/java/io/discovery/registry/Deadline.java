package io.discovery.registry;

import io.vertx.core.Future;
import java.util.function.BooleanSupplier;

/** The longest time that clients wait for the outcome of a change. Thread-safe; never blocks. */
public interface Deadline {

    /** Starts the time of a change, and returns whether it is over whenever that is asked. */
    BooleanSupplier start();

    /**
     * Returns the outcome of changes, or a failure with {@link io.discovery.model.RegistryException.OutcomeUnknown} when
     * the time is over; the changes go on.
     */
    <T> Future<T> limit(Future<T> changes);
}
