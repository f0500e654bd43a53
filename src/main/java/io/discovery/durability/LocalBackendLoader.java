package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loader of this member's own copy, if it has one. It waits until the other members have loaded theirs. */
final class LocalBackendLoader implements BackendLoader {

    private static final Logger log = LoggerFactory.getLogger(LocalBackendLoader.class);

    private final HazelcastCluster cluster;
    private final @Nullable Work work;

    /** The load, and the writer that follows it. */
    record Work(InitialBackendSync load, WriteBehind writeBehind, Duration delay) {}

    LocalBackendLoader(HazelcastCluster cluster, @Nullable Work work) {
        this.cluster = cluster;
        this.work = work;
    }

    @Override
    public boolean load() {
        if (work != null) {
            InitialBackendSync.Result result = work.load.run(work.writeBehind);
            log.info("read {} registrations from disk, {} were news to the cluster", result.rows(), result.offered());
            work.writeBehind.start(work.delay);
        }
        return true;
    }

    @Override
    public void giveUp() {
        if (work != null) {
            work.load.skip(work.writeBehind);
            work.writeBehind.start(work.delay);
        }
    }

    /** Returns false: a file of this member's own may be old, whatever it contains. */
    @Override
    public boolean holdsAll() {
        return false;
    }

    @Override
    public boolean isLoadedEverywhere() {
        // Repeated at each call: the cluster forgets a note without renewal.
        cluster.noteLoaded();
        return cluster.allLoaded();
    }
}
