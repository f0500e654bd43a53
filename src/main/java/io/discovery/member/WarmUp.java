package io.discovery.member;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.config.Settings;
import io.discovery.directory.Readiness;
import io.discovery.durability.BackendLoader;
import io.discovery.reconciliation.MapReconciliation;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From joined to open, on a thread of its own: wait for peers, learn what the cluster has, have the backend loaded,
 * wait until there are enough members, every other has loaded its own and this one has learned what they hold. Only
 * then reads are answered, so that no list is partial by mistake. Every wait is bounded, or goes on while reads are
 * refused.
 */
final class WarmUp implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);
    /** The map brings what peers' copies do not, and is slow to ask. */
    private static final Duration PAUSE_BEFORE_MAP = Duration.ofSeconds(1);

    private final Settings settings;
    private final Readiness readiness;
    private final MapReconciliation reconciliation;
    private final BackendLoader loading;
    private final PeerWait peers;
    private final CopyWait copies;
    private final Runnable beforeOpening;
    private final long joinedAt = System.nanoTime();
    private volatile boolean stopped;

    /**
     * @param hasMetAll whether this member has learned what the others hold that are here
     * @param beforeOpening runs when this member has learned all
     */
    WarmUp(
            Settings settings,
            HazelcastCluster cluster,
            Readiness readiness,
            MapReconciliation reconciliation,
            BooleanSupplier hasMetAll,
            BackendLoader loading,
            Runnable beforeOpening) {
        this.settings = settings;
        this.readiness = readiness;
        this.reconciliation = reconciliation;
        this.loading = loading;
        this.beforeOpening = beforeOpening;
        this.peers = new PeerWait(
                settings.cluster().join(), () -> cluster.members().size(), loading::holdsAll, System::nanoTime);
        this.copies = new CopyWait(hasMetAll, settings.cluster().join().longestWait(), System::nanoTime);
    }

    @Override
    public void run() {
        try {
            awaitPeers();
            learn();
            loadBackend();
            // Others may come late, with news, and may go again.
            do {
                awaitEnough();
                awaitOthersLoaded();
                awaitCopies();
                learn();
            } while (!await(() -> peers.isOver() && copies.isOver(), Duration.ZERO));
            beforeOpening.run();
            readiness.enter(Readiness.Phase.OPEN);
            log.info("open for reads {} ms after joining", sinceJoined().toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        stopped = true;
    }

    private Duration sinceJoined() {
        return Duration.ofNanos(System.nanoTime() - joinedAt);
    }

    /**
     * For a while: what they know need not be read from a disk. What was written is written to it, whether they come or
     * not.
     */
    private void awaitPeers() throws InterruptedException {
        readiness.explain(peers.reason());
        await(peers::areEnoughHere, settings.cluster().join().longestWait());
        readiness.explain(null);
    }

    /** As long as it takes. */
    private void awaitEnough() throws InterruptedException {
        while (!await(peers::isOver, PAUSE)) {
            readiness.explain(peers.reason());
        }
        readiness.explain(null);
    }

    /** As one half of a split that merges into this member's cluster discards its map. */
    private void awaitCopies() throws InterruptedException {
        readiness.explain(copies.reason());
        while (!await(copies::isOver, PAUSE_BEFORE_MAP)) {
            learn();
        }
        readiness.explain(null);
    }

    /** Until the map has nothing that this member's copy lacks. */
    private void learn() throws InterruptedException {
        while (!stopped) {
            try {
                if (reconciliation.round(new BitSet()).learned() == 0) {
                    return;
                }
            } catch (RuntimeException noAnswer) {
                log.warn("the cluster's map cannot be read yet: {}", noAnswer.toString());
                pause(PAUSE_AFTER_FAILURE);
            }
        }
    }

    private void loadBackend() throws InterruptedException {
        Duration patience = settings.backend().warmup();
        while (!stopped) {
            try {
                if (loading.load()) {
                    return;
                }
                pause(PAUSE);
            } catch (RuntimeException unreadable) {
                log.error("the backend cannot be read: {}", unreadable.toString(), unreadable);
                pause(PAUSE_AFTER_FAILURE);
            }
            if (sinceJoined().compareTo(patience) > 0) {
                log.error("opening without the backend: every live host has had {} s to report", patience.toSeconds());
                loading.giveUp();
                return;
            }
        }
    }

    private void awaitOthersLoaded() throws InterruptedException {
        Duration patience = settings.backend().warmup();
        if (!await(loading::isLoadedEverywhere, patience)) {
            log.warn("another member has not loaded its backend for {} s: opening without it", patience.toSeconds());
        }
    }

    private boolean await(BooleanSupplier condition, Duration patience) throws InterruptedException {
        long giveUpAt = System.nanoTime() + patience.toNanos();
        while (!stopped) {
            if (holds(condition)) {
                return true;
            }
            if (System.nanoTime() - giveUpAt >= 0) {
                return false;
            }
            pause(PAUSE);
        }
        throw new InterruptedException("stopped");
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (RuntimeException notNow) {
            log.debug("asking the cluster failed, asking again: {}", notNow.toString());
            return false;
        }
    }

    private static void pause(Duration pause) throws InterruptedException {
        Thread.sleep(pause.toMillis());
    }
}
