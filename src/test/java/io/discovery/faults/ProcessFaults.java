package io.discovery.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Faults of the processes of members: they die, stand still, stop and start. */
final class ProcessFaults {

    /** The rate of links over which a member catches up. */
    private static final String THIN = "8mbit";

    private final FaultyCluster cluster;
    private final LinkFaults links;

    ProcessFaults(FaultyCluster cluster, LinkFaults links) {
        this.cluster = cluster;
        this.links = links;
    }

    void kill(int victim, Random random) {
        cluster.kill(victim);
        Pause.of(Duration.ofMillis(random.nextInt(3_000)));
        cluster.restart(victim, System.nanoTime());
    }

    void restart(int victim) {
        cluster.stop(victim);
        cluster.restart(victim, System.nanoTime());
    }

    /** Starts a member again, with this version of the program or with the one before. */
    void change(int victim, Path program) {
        cluster.stop(victim);
        cluster.install(victim, program);
        cluster.restart(victim, System.nanoTime());
    }

    void freeze(int victim, Duration time) {
        long from = System.nanoTime();
        cluster.freeze(victim);
        Pause.of(time);
        cluster.thaw(victim);
        links.awaitParting(from, System.nanoTime());
    }

    /** Lets a peer stand still for a while as a member starts again. */
    void pausedStart(int started, int paused, Random random) {
        cluster.kill(started);
        long upTo = System.nanoTime();
        cluster.launchAgain(started);
        Pause.of(Duration.ofMillis(random.nextInt(3_000)));
        long from = System.nanoTime();
        cluster.freeze(paused);
        Pause.of(Duration.ofMillis(500 + random.nextInt(4_500)));
        cluster.thaw(paused);
        links.awaitParting(from, System.nanoTime());
        cluster.awaitBack(started, upTo);
    }

    /** Lets a member learn all again through thin links. */
    void thinCatchUp(int victim) {
        cluster.kill(victim);
        links.during(THIN, () -> cluster.restart(victim, System.nanoTime()));
    }

    /** Damages a row in the file of a member that is down: no other registration may be missing when it starts again. */
    void damagedRow(int victim) {
        cluster.kill(victim);
        DamagedFile.damageARow(cluster.folder(victim).resolve("discovery.db"));
        cluster.restart(victim, System.nanoTime());
    }

    /**
     * Freezes a member and kills another. A write that the frozen backup did not confirm must not be acknowledged, or
     * it dies with its owner.
     */
    void silentBackup(int frozen, int killed, Random random) {
        long from = System.nanoTime();
        cluster.freeze(frozen);
        Pause.of(Duration.ofMillis(500 + random.nextInt(2_000)));
        cluster.kill(killed);
        long upTo = System.nanoTime();
        Pause.of(Duration.ofMillis(500 + random.nextInt(1_500)));
        cluster.thaw(frozen);
        long woke = System.nanoTime();
        Pause.of(Duration.ofSeconds(1));
        // The member that stood still waits for this one, and its watchers with it.
        cluster.restart(killed, upTo);
        links.awaitParting(from, woke);
    }

    /**
     * Lets a member send nothing, and kills it before its peers miss it. What it acknowledged meanwhile, another member
     * must have.
     */
    void unsentBackup(int victim, Random random) {
        links.duringSilenceOf(victim, () -> {
            Pause.of(Duration.ofMillis(300 + random.nextInt(1_200)));
            cluster.kill(victim);
        });
        long upTo = System.nanoTime();
        Pause.of(Duration.ofMillis(random.nextInt(1_000)));
        cluster.restart(victim, upTo);
    }
}
