package io.discovery.history;

import org.jspecify.annotations.Nullable;

/**
 * A host as a client sees it. Some clients are told less than others.
 *
 * @param revision of its registration
 * @param weight empty if it has none; null if the client is not told
 * @param checkedIn the time of its last check-in, in a form whose order is that of time; null if the client is not told
 */
public record Seen(
        String revision, @Nullable String weight, @Nullable String checkedIn) {

    /** Returns true if two clients see the same, as far as both are told; a check-in is not content. */
    boolean hasContentOf(Seen other) {
        return revision.equals(other.revision)
                && (weight == null || other.weight == null || weight.equals(other.weight));
    }
}
