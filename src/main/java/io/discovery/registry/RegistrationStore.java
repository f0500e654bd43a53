package io.discovery.registry;

import io.discovery.model.Change;
import io.discovery.model.Registration;
import io.vertx.core.Future;

/** The cluster's registrations: one for each instance, changed in one atomic step at the owner of its key. */
public interface RegistrationStore {

    /**
     * Applies a change to the stored registration of its key. Never blocks, never throws.
     *
     * @return {@code Applied} once the key's owner and its synchronous backup hold the change; fails with {@code
     *     OutcomeUnknown} if that is not certain
     */
    Future<Change.Outcome> apply(Change change);

    /**
     * Merges a copy that the caller has into the stored registration of its key, as {@link RegistrationCopies#offer}
     * does. Never blocks, never throws; fails as {@link #apply} does.
     */
    Future<Void> restore(Registration copy);
}
