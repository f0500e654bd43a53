package io.discovery.durability;

/** The way of what is stored into the registry of a member that starts. For the thread that warms the member up. */
public interface BackendLoader {

    /**
     * Tries once. Blocks.
     *
     * @return whether the backend is loaded; asked again soon if not
     * @throws RuntimeException if the backend cannot be read; tried again
     */
    boolean load();

    /** Ends the load: the member's patience is at an end, and it opens without what is stored. */
    void giveUp();

    /** Whether all there is was loaded, whoever is missing. Blocks; throws if the cluster did not answer. */
    boolean holdsAll();

    /** Whether every other member has loaded what it alone can load. Blocks; throws if the cluster did not answer. */
    boolean isLoadedEverywhere();
}
