package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;

/**
 * A loader that waits until one member has loaded the shared copy for all; a note in the cluster says when it has.
 *
 * @param isMove whether other members may have another backend, and changes that the shared copy lacks
 */
record SharedBackendLoader(HazelcastCluster cluster, boolean isMove) implements BackendLoader {

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
     * <p>The other members have written their changes to the shared copy too, within WRITE_BEHIND_SECONDS, unless they
     * have another backend.
     */
    @Override
    public boolean holdsAll() {
        return !isMove && cluster.isSharedBackendLoaded();
    }

    /** {@inheritDoc} Members that have files, during a move, may have changes in them that the shared copy lacks. */
    @Override
    public boolean isLoadedEverywhere() {
        if (isMove) {
            cluster.noteLoaded();
        }
        return !isMove || cluster.allLoaded();
    }
}
