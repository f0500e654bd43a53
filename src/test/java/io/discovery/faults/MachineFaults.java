package io.discovery.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Faults of the machines of members: their clocks and their disks. */
final class MachineFaults {

    private static final Duration BREATH = Duration.ofMillis(500);
    /** The time after which a process surely knows that its clock is right again. */
    private static final Duration CLOCK_IS_READ = Duration.ofSeconds(2);

    private static final Duration SLOW_WRITE = Duration.ofMillis(200);
    /** The share of time by which a drifting clock is fast or slow, in percent. */
    private static final int DRIFT_PERCENT = 5;

    private static final int LARGEST_JUMP_SECONDS = 30;

    private final FaultyCluster cluster;

    MachineFaults(FaultyCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Sets a clock wrong and right again: hosts of that member must not lose their leases, and no change may be lost.
     */
    void clock(int victim, Duration time, Random random) {
        int seconds = 1 + random.nextInt(LARGEST_JUMP_SECONDS);
        cluster.setClock(victim, Duration.ofSeconds(random.nextBoolean() ? seconds : -seconds));
        Pause.of(time);
        cluster.setClock(victim, Duration.ZERO);
        Pause.of(CLOCK_IS_READ);
    }

    /** Lets a clock run fast or slow for a time, and sets it right again. */
    void drift(int victim, Duration time, Random random) {
        int percent = random.nextBoolean() ? DRIFT_PERCENT : -DRIFT_PERCENT;
        long start = System.nanoTime();
        for (long gone = 0; gone < time.toNanos(); gone = System.nanoTime() - start) {
            cluster.setClock(victim, Duration.ofNanos(gone * percent / 100));
            Pause.of(BREATH);
        }
        cluster.setClock(victim, Duration.ZERO);
        Pause.of(CLOCK_IS_READ);
    }

    void fullDisk(List<Integer> members, Duration time) {
        members.forEach(n -> fill(filler(n)));
        Pause.of(time);
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

    void slowDisk(int victim, Duration time) {
        faultyDisk(victim, time, disk -> disk.slowDown(SLOW_WRITE));
    }

    void diskErrors(int victim, Duration time) {
        faultyDisk(victim, time, disk -> disk.failEvery(3));
    }

    private void faultyDisk(int victim, Duration time, Consumer<FaultyDisk> fault) {
        FaultyDisk disk = cluster.disk(victim);
        fault.accept(disk);
        try {
            Pause.of(time);
        } finally {
            disk.works();
        }
    }
}
