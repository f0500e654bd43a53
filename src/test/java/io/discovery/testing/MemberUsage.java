package io.discovery.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The memory, threads and files of a member's process, as Linux tells them.
 *
 * @param residentBytes bytes of memory
 * @param files open files, sockets among them
 */
public record MemberUsage(long residentBytes, int threads, int files) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public static MemberUsage of(MemberProcess member) {
        Path process = Path.of("/proc", Long.toString(member.pid()));
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return new MemberUsage(
                    field(process, "VmRSS") * 1024, (int) field(process, "Threads"), (int) files.count());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static long field(Path process, String name) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    public long residentMegabytes() {
        return residentBytes >> 20;
    }

    /**
     * Lets a member collect its garbage and returns the size of the objects that survived. Later allocations do not
     * count.
     *
     * @return bytes
     */
    public static long liveHeap(MemberProcess member) {
        double before = fullCollections(member.client());
        member.jcmd("GC.run");
        // Java tells of a collection a moment after it.
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> fullCollections(member.client()) > before);
        return (long) member.client().metric("jvm_gc_live_data_size_bytes");
    }

    /** Counts the full collections so far. */
    public static double fullCollections(TestClient client) {
        return client.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_gc_pause_seconds_count") && line.contains("end of major GC"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
