package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;

/** One member loads the shared copy for all; a note in the cluster says when it is done. */
record SharedBackendLoader(HazelcastCluster cluster) implements BackendLoader {

    @Override
    public boolean load() {
        return cluster.isSharedBackendLoaded();
    }

    @Override
    public void giveUp() {
        // Whoever loads goes on trying, and what it finds is merged then.
    }

    /** What the others have changed they have written there too, within WRITE_BEHIND_SECONDS. */
    @Override
    public boolean holdsAll() {
        return cluster.isSharedBackendLoaded();
    }

    @Override
    public boolean isLoadedEverywhere() {
        return true;
    }
}
