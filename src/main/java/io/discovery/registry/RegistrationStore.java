package io.discovery.registry;

import io.discovery.model.Change;
import io.discovery.model.Registration;
import io.vertx.core.Future;
import java.util.Collection;

/**
 * The cluster's truth: one registration per instance, changed in one atomic step where its key lives. Never blocks the
 * caller; never throws: what goes wrong is in the future.
 */
public interface RegistrationStore {

    /**
     * Applies a change to what is stored of its key. When the future succeeds with {@code Applied}, the owner and its
     * synchronous backup hold it. It fails with {@code OutcomeUnknown} if that could not be made sure.
     */
    Future<Change.Outcome> apply(Change change);

    /**
     * Merges copies that another replica holds (a row, a directory) into what is stored; an older copy changes nothing.
     *
     * @return how many changed what is stored
     */
    Future<Integer> offer(Collection<Registration> copies);
}
