package io.discovery.backend.file;

import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackendContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The cost of flushing each batch to the disk. Prints it, asserts nothing about time. For scripts/bench. */
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class FileBatchBenchIT {

    private static final int HOSTS = 20_000;
    private static final int BATCH = 500;
    private static final int BATCHES = 40;
    private static final int ROUNDS = 10;

    /** The folder of the file, not in memory, where temporary folders may be: flushing there has no effect. */
    @TempDir(factory = TargetFolder.class)
    private Path dir;

    @Test
    void fileBatches() {
        for (Flush flush : new Flush[] {Flush.EACH_BATCH, Flush.WITH_CHECKPOINTS}) {
            for (int size : new int[] {1, BATCH}) {
                System.out.println(line(flush, size));
            }
        }
    }

    private String line(Flush flush, int size) {
        Retention rules = new Retention(Lease.of(Duration.ofMinutes(10)), () -> 0, () -> Long.MIN_VALUE);
        List<Long> nanos = new ArrayList<>();
        Path folder = dir.resolve(flush + "-" + size);
        try (FileBackend file = new FileBackend(folder, new Identity("bench", "ip"), rules, flush)) {
            file.open();
            heartbeats(file, BATCH, HOSTS, 0);
            for (int round = 1; round <= ROUNDS; round++) {
                nanos.addAll(heartbeats(file, size, Math.min(HOSTS, size * BATCHES), round));
            }
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "bench: %s, a batch of %d: median %.2f ms, 99 %% within %.2f ms, %,.0f rows a second",
                flush,
                size,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                size * 1e9 * sorted.length / Arrays.stream(sorted).sum());
    }

    /** Answers what each batch took, in nanoseconds. */
    private static List<Long> heartbeats(FileBackend file, int size, int hosts, int round) {
        List<Long> nanos = new ArrayList<>();
        for (int from = 0; from < hosts; from += size) {
            List<Registration> batch = new ArrayList<>();
            for (int i = from; i < from + size; i++) {
                batch.add(Fixtures.registered(Fixtures.key("bench", i), new Version(round * 1_000_000L + i, 1)));
            }
            long start = System.nanoTime();
            StorageBackendContract.put(file, batch);
            nanos.add(System.nanoTime() - start);
        }
        return nanos;
    }
}
