package io.discovery.durability;

/**
 * The load of stored registrations into the registry of a member that starts. Confined to the thread that warms the
 * member up.
 */
public interface BackendLoader {

    /**
     * Tries to load once. Blocks.
     *
     * @return whether the backend is loaded; if not, the caller asks again soon
     * @throws RuntimeException if the backend cannot be read; the caller tries again
     */
    boolean load();

    /** Ends the load: the member's patience has ended, and it opens without the stored registrations. */
    void giveUp();

    /**
     * Returns whether all stored registrations were loaded, even if members are missing. Blocks; throws if the cluster
     * did not answer.
     */
    boolean holdsAll();

    /**
     * Returns whether every other member has loaded the registrations that it alone can load. Blocks; throws if the
     * cluster did not answer.
     */
    boolean isLoadedEverywhere();
}
