package io.discovery.faults;

import io.discovery.faults.History.End;
import io.discovery.faults.History.Split;
import io.discovery.testing.DynamoDbProxy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A thread that injects one fault after the other and heals each before the next. The seed decides on the faults. */
final class Nemesis {

    /** The time before the death of all members from which changes may be lost; WRITE_BEHIND_SECONDS is 1. */
    private static final Duration RESTORED_BEFORE = Duration.ofSeconds(2);

    private final FaultyCluster cluster;
    private final Network network;
    private final Workload workload;
    private final History history;
    private final Random random;
    private final @Nullable DynamoDbProxy table;

    /** @param table the way to the table, if there is one */
    Nemesis(
            FaultyCluster cluster,
            Network network,
            Workload workload,
            History history,
            Random random,
            @Nullable DynamoDbProxy table) {
        this.cluster = cluster;
        this.network = network;
        this.workload = workload;
        this.history = history;
        this.random = random;
        this.table = table;
    }

    void run(Injection injection) {
        int victim = injection.victim();
        int other = injection.other();
        Duration time = injection.time();
        history.event(injection + " begins");
        switch (injection.fault()) {
            case KILL -> kill(victim);
            case RESTART -> restart(victim);
            case FREEZE -> freeze(victim, time);
            case CUT_OFF -> during(time, () -> betweenPairs((a, b) -> a == victim || b == victim, network::drop));
            case REFUSE -> during(time, () -> betweenPairs((a, b) -> a == victim || b == victim, network::refuse));
            case SPLIT_ALL -> during(time, () -> betweenPairs((a, b) -> true, network::drop));
            case ONE_WAY -> during(time, () -> network.drop(victim, other));
            case LOSSY -> {
                int percent = 20 + random.nextInt(13);
                during(time, () -> betweenPairs((a, b) -> true, (a, b) -> network.lose(a, b, percent)));
            }
            case SLOW -> during(time, () -> each(n -> network.slow(n, "256kbit")));
            case CLOCK -> clock(victim, time);
            case SILENT_BACKUP -> silentBackup(victim, other);
            case FULL_DISK -> fullDisk(time);
            case BACKEND_OUTAGE -> backendOutage(time);
            case KILL_ALL -> killAll();
        }
        history.event(injection + " is over");
    }

    private interface Pair {
        boolean test(int from, int to);
    }

    private interface OnPair {
        void accept(int from, int to);
    }

    private void betweenPairs(Pair which, OnPair what) {
        for (int from = 0; from < cluster.size(); from++) {
            for (int to = 0; to < cluster.size(); to++) {
                if (from != to && which.test(from, to)) {
                    what.accept(from, to);
                }
            }
        }
    }

    private void each(IntConsumer what) {
        for (int n = 0; n < cluster.size(); n++) {
            what.accept(n);
        }
    }

    private void during(Duration time, Runnable fault) {
        long from = System.nanoTime();
        try {
            fault.run();
            pause(time);
        } finally {
            network.heal();
            history.add(new Split(from, System.nanoTime()));
        }
    }

    private void kill(int victim) {
        cluster.kill(victim);
        pause(Duration.ofMillis(random.nextInt(3_000)));
        cluster.restart(victim, System.nanoTime());
    }

    private void restart(int victim) {
        cluster.stop(victim);
        cluster.restart(victim, System.nanoTime());
    }

    private void freeze(int victim, Duration time) {
        cluster.freeze(victim);
        pause(time);
        cluster.thaw(victim);
    }

    /**
     * Sets a clock wrong and right again: hosts of that member must not lose their leases, and no change may be lost.
     */
    private void clock(int victim, Duration time) {
        int seconds = 1 + random.nextInt(30);
        cluster.setClock(victim, Duration.ofSeconds(random.nextBoolean() ? seconds : -seconds));
        pause(time);
        cluster.setClock(victim, Duration.ZERO);
        pause(Duration.ofSeconds(2));
    }

    /**
     * Freezes a member and kills another. A write that the frozen backup did not confirm must not be acknowledged, or
     * it dies with its owner.
     */
    private void silentBackup(int frozen, int killed) {
        cluster.freeze(frozen);
        pause(Duration.ofMillis(500 + random.nextInt(2_000)));
        cluster.kill(killed);
        long upTo = System.nanoTime();
        pause(Duration.ofMillis(500 + random.nextInt(1_500)));
        cluster.thaw(frozen);
        pause(Duration.ofSeconds(1));
        cluster.restart(killed, upTo);
    }

    private void fullDisk(Duration time) {
        each(n -> fill(filler(n)));
        pause(time);
        each(n -> delete(filler(n)));
    }

    private Path filler(int n) {
        return cluster.folder(n).resolve("filler");
    }

    private static void fill(Path file) {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            // More than there is room for on any of the small disks.
            for (int i = 0; i < 1 << 20; i++) {
                out.write(block);
            }
        } catch (IOException full) {
            return;
        }
        throw new AssertionError("the disk of " + file + " is not small");
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void backendOutage(Duration time) {
        DynamoDbProxy way = Objects.requireNonNull(table);
        if (random.nextBoolean()) {
            way.refuse();
        } else {
            way.freeze();
        }
        pause(time);
        way.restore();
    }

    private void killAll() {
        long drained = table == null ? Long.MIN_VALUE : drain();
        pause(RESTORED_BEFORE.plusMillis(random.nextInt(2_000)));
        long upTo = table == null ? System.nanoTime() - RESTORED_BEFORE.toNanos() : drained;
        each(cluster::kill);
        history.add(new End(upTo, System.nanoTime()));
        cluster.restartAll(upTo);
    }

    /** Waits until no write waits for the table, which on this machine may be slower than the clients. */
    private long drain() {
        workload.readOnly(true);
        long quiet = System.nanoTime();
        cluster.awaitWritten();
        workload.readOnly(false);
        return quiet;
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }
}
