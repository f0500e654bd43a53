package io.discovery.faults;

import io.discovery.history.History;
import io.discovery.history.History.End;
import io.discovery.history.History.Split;
import io.discovery.testing.DynamoDbProxy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that injects one fault after the other, or two at once, and heals each before the next. The seed of the round
 * decides on the faults.
 */
final class Nemesis {

    /** The time before the death of all members from which changes may be lost; WRITE_BEHIND_SECONDS is 1. */
    private static final Duration RESTORED_BEFORE = Duration.ofSeconds(2);

    private static final Duration BREATH = Duration.ofMillis(500);
    private static final Duration SLOW_WRITE = Duration.ofMillis(200);
    /** The share of time by which a drifting clock is fast or slow, in percent. */
    private static final int DRIFT_PERCENT = 5;

    private final FaultyCluster cluster;
    private final Network network;
    private final Workload workload;
    private final History history;
    private final @Nullable DynamoDbProxy table;

    /** @param table the way to the table, if there is one */
    Nemesis(FaultyCluster cluster, Network network, Workload workload, History history, @Nullable DynamoDbProxy table) {
        this.cluster = cluster;
        this.network = network;
        this.workload = workload;
        this.history = history;
        this.table = table;
    }

    /** Injects the faults of a step at once, and returns when all are over. */
    void run(Step step, long seed) {
        List<CompletableFuture<Void>> others = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (Injection injection : step.faults().subList(1, step.faults().size())) {
                others.add(CompletableFuture.runAsync(() -> run(injection, new Random(~seed)), threads));
            }
            run(step.faults().get(0), new Random(seed));
            others.forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    private void run(Injection injection, Random random) {
        int victim = present(injection.victim());
        int other = injection.other() == victim ? present(victim + 1) : present(injection.other());
        Duration time = injection.time();
        history.event(injection + " begins");
        switch (injection.fault()) {
            case KILL -> kill(victim, random);
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
            case CLOCK -> clock(victim, time, random);
            case DRIFT -> drift(victim, time, random.nextBoolean() ? DRIFT_PERCENT : -DRIFT_PERCENT);
            case PAUSED_START -> pausedStart(victim, other, random);
            case THIN_CATCH_UP -> thinCatchUp(victim);
            case DAMAGED_ROW -> damagedRow(victim);
            case JOIN -> cluster.join();
            case LEAVE -> cluster.leave(victim);
            case SILENT_BACKUP -> silentBackup(victim, other, random);
            case UNSENT_BACKUP -> unsentBackup(victim, random);
            case FULL_DISK -> fullDisk(random.nextBoolean() ? cluster.present() : List.of(victim), time);
            case SLOW_DISK -> faultyDisk(victim, time, disk -> disk.slowDown(SLOW_WRITE));
            case DISK_ERRORS -> faultyDisk(victim, time, disk -> disk.failEvery(3));
            case POWER_FAILURE ->
                loseAll(cluster.present(), n -> cluster.disk(n).losePower(), random);
            case BACKEND_OUTAGE -> backendOutage(time, random);
            case TABLE_OVERLOAD -> tableOverload(time);
            case KILL_ALL -> killAll(victim, random);
        }
        history.event(injection + " is over");
    }

    /** Returns the member with this number, or the next one if it has left. */
    private int present(int number) {
        List<Integer> present = cluster.present();
        return present.stream().filter(n -> n >= number).findFirst().orElse(present.get(0));
    }

    private interface Pair {
        boolean test(int from, int to);
    }

    private interface OnPair {
        void accept(int from, int to);
    }

    private void betweenPairs(Pair which, OnPair what) {
        for (int from : cluster.present()) {
            for (int to : cluster.present()) {
                if (from != to && which.test(from, to)) {
                    what.accept(from, to);
                }
            }
        }
    }

    private void each(IntConsumer what) {
        cluster.present().forEach(what::accept);
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

    private void kill(int victim, Random random) {
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
    private void clock(int victim, Duration time, Random random) {
        int seconds = 1 + random.nextInt(30);
        cluster.setClock(victim, Duration.ofSeconds(random.nextBoolean() ? seconds : -seconds));
        pause(time);
        cluster.setClock(victim, Duration.ZERO);
        pause(Duration.ofSeconds(2));
    }

    /** Lets a clock run fast or slow for a time, and sets it right again. */
    private void drift(int victim, Duration time, int percent) {
        long start = System.nanoTime();
        for (long gone = 0; gone < time.toNanos(); gone = System.nanoTime() - start) {
            cluster.setClock(victim, Duration.ofNanos(gone * percent / 100));
            pause(BREATH);
        }
        cluster.setClock(victim, Duration.ZERO);
        pause(Duration.ofSeconds(2));
    }

    /** Lets a peer stand still for a while as a member starts again. */
    private void pausedStart(int started, int paused, Random random) {
        cluster.kill(started);
        long upTo = System.nanoTime();
        cluster.launchAgain(started);
        pause(Duration.ofMillis(random.nextInt(3_000)));
        cluster.freeze(paused);
        pause(Duration.ofMillis(500 + random.nextInt(4_500)));
        cluster.thaw(paused);
        cluster.awaitBack(started, upTo);
    }

    /** Lets a member learn all again through a thin pipe. */
    private void thinCatchUp(int victim) {
        cluster.kill(victim);
        long from = System.nanoTime();
        each(n -> network.slow(n, "2mbit"));
        try {
            cluster.restart(victim, from);
        } finally {
            network.heal();
            history.add(new Split(from, System.nanoTime()));
        }
    }

    /** Damages a row in the file of a member that is down: no other registration may be missing when it starts again. */
    private void damagedRow(int victim) {
        cluster.kill(victim);
        DamagedFile.damageARow(cluster.folder(victim).resolve("discovery.db"));
        cluster.restart(victim, System.nanoTime());
    }

    /**
     * Freezes a member and kills another. A write that the frozen backup did not confirm must not be acknowledged, or
     * it dies with its owner.
     */
    private void silentBackup(int frozen, int killed, Random random) {
        cluster.freeze(frozen);
        pause(Duration.ofMillis(500 + random.nextInt(2_000)));
        cluster.kill(killed);
        long upTo = System.nanoTime();
        pause(Duration.ofMillis(500 + random.nextInt(1_500)));
        cluster.thaw(frozen);
        pause(Duration.ofSeconds(1));
        cluster.restart(killed, upTo);
    }

    /**
     * Lets a member send nothing, and kills it before its peers miss it. What it acknowledged meanwhile, another member
     * must have.
     */
    private void unsentBackup(int victim, Random random) {
        long from = System.nanoTime();
        betweenPairs((a, b) -> a == victim, network::drop);
        pause(Duration.ofMillis(300 + random.nextInt(1_200)));
        cluster.kill(victim);
        long upTo = System.nanoTime();
        network.heal();
        history.add(new Split(from, System.nanoTime()));
        pause(Duration.ofMillis(random.nextInt(1_000)));
        cluster.restart(victim, upTo);
    }

    private void fullDisk(List<Integer> members, Duration time) {
        members.forEach(n -> fill(filler(n)));
        pause(time);
        members.forEach(n -> delete(filler(n)));
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

    private void backendOutage(Duration time, Random random) {
        DynamoDbProxy way = Objects.requireNonNull(table);
        if (random.nextBoolean()) {
            way.refuse();
        } else {
            way.freeze();
        }
        pause(time);
        way.restore();
    }

    private void tableOverload(Duration time) {
        DynamoDbProxy way = Objects.requireNonNull(table);
        way.slowDown(Duration.ofMillis(400));
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            way.throttle(DynamoDbProxy.ANY, 30);
            pause(BREATH);
        }
        way.restore();
    }

    /** Kills all members; in half of the cases one earlier, whose file is then older than those of the others. */
    private void killAll(int early, Random random) {
        List<Integer> living = new ArrayList<>(cluster.present());
        if (random.nextBoolean()) {
            living.remove((Integer) early);
            cluster.kill(early);
            pause(Duration.ofMillis(1_000 + random.nextInt(3_000)));
        }
        loseAll(living, n -> {}, random);
    }

    /**
     * Kills all members that live, lets their disks lose something, and starts all again.
     *
     * @param loss of the disk of each
     */
    private void loseAll(List<Integer> living, IntConsumer loss, Random random) {
        long drained = table == null ? Long.MIN_VALUE : drain(living);
        pause(RESTORED_BEFORE.plusMillis(random.nextInt(2_000)));
        long upTo = table == null ? System.nanoTime() - RESTORED_BEFORE.toNanos() : drained;
        living.forEach(cluster::kill);
        history.add(new End(upTo, System.nanoTime()));
        living.forEach(loss::accept);
        cluster.restartAll(upTo);
    }

    private void faultyDisk(int victim, Duration time, Consumer<FaultyDisk> fault) {
        FaultyDisk disk = cluster.disk(victim);
        fault.accept(disk);
        try {
            pause(time);
        } finally {
            disk.works();
        }
    }

    /** Waits until no write waits for the table, which on this machine may be slower than the clients. */
    private long drain(List<Integer> members) {
        workload.readOnly(true);
        long quiet = System.nanoTime();
        cluster.awaitWritten(members);
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
