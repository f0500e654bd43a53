package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;

/** A loader that waits until one member has loaded the shared copy for all; a note in the cluster says when it has. */
record SharedBackendLoader(HazelcastCluster cluster) implements BackendLoader {

    @Override
    public boolean load() {
        return cluster.isSharedBackendLoaded();
    }

    @Override
    public void giveUp() {
        // The member that loads goes on trying, and its rows are merged then.
    }

    /**
     * {@inheritDoc}
     *
     * <p>The other members have written their changes to the shared copy too, within WRITE_BEHIND_SECONDS.
     */
    @Override
    public boolean holdsAll() {
        return cluster.isSharedBackendLoaded();
    }

    @Override
    public boolean isLoadedEverywhere() {
        return true;
    }
}
