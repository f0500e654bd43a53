package io.discovery.backend.file;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.registry.StorageBackendContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A member's writer in a process of its own: prints the number of each batch once it is written, until it is killed.
 */
final class FileBackendProcess implements AutoCloseable {

    static final int BATCH = 100;

    private final Process process;

    private FileBackendProcess(Process process) {
        this.process = process;
    }

    static FileBackendProcess start(Path directory, int firstBatch, Path temporary) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                FileBackendProcess.class.getName(),
                directory.toString(),
                Integer.toString(firstBatch));
        return new FileBackendProcess(
                builder.redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    /** What the process prints; ends when the process does. */
    BufferedReader output() {
        return process.inputReader();
    }

    /** Ends the process as {@code kill -9} does. What it had printed can still be read. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }

    static FileBackend backend(Path directory) {
        return new FileBackend(
                directory,
                new Identity("discovery", "ip"),
                new Retention(Lease.of(Duration.ofSeconds(10)), () -> 0, () -> 0),
                Flush.EACH_BATCH);
    }

    /** Two of three batches are new registrations, the third are heartbeats of the first batch. */
    static List<Registration> batch(int number) {
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            String service = number % 3 == 0 ? "s0" : "s" + number;
            InstanceKey key = InstanceKey.of(new ServiceName(service), new IpAddress("10.0.0." + i));
            CheckIn checkIn = new CheckIn(new Version(number, 1), 80, "r" + number, "repo");
            registrations.add(new Registration(key, checkIn, Tags.NONE, null));
        }
        return registrations;
    }

    public static void main(String[] arguments) {
        FileBackend backend = backend(Path.of(arguments[0]));
        try {
            backend.open();
        } catch (UnusableBackendException refused) {
            System.out.println(refused.getMessage());
            return;
        }
        for (int number = Integer.parseInt(arguments[1]); ; number++) {
            StorageBackendContract.put(backend, batch(number));
            System.out.println(number);
        }
    }
}
