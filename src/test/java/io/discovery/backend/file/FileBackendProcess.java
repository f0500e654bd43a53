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
import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Program;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A member's writer in a process of its own: prints the number of each batch once it is written, until it is killed.
 */
final class FileBackendProcess implements AutoCloseable {

    static final int BATCH = 100;

    private final ExternalProcess process;

    private FileBackendProcess(ExternalProcess process) {
        this.process = process;
    }

    static FileBackendProcess start(Path directory, int firstBatch, Path temporary) {
        return new FileBackendProcess(Program.ofJdk(
                        "java",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FileBackendProcess.class.getName(),
                        directory.toString(),
                        Integer.toString(firstBatch))
                .startPiped("the writer"));
    }

    /** Returns what the process prints; ends when the process does. */
    BufferedReader output() {
        return process.output();
    }

    /** Ends the process as {@code kill -9} does. What it had printed can still be read. */
    void kill() {
        process.killNow();
    }

    @Override
    public void close() {
        process.close();
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
