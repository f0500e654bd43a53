package io.discovery.backend.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a start refuses. It says what it found, where, and what to do, and leaves the files as they were. */
class FileBackendRefusalTest {

    private static final Identity IDENTITY = new Identity("discovery", "ip");

    @TempDir
    Path directory;

    @Test
    void aFileOfAnotherClusterIsRefused() throws Exception {
        fill();

        assertRefused(
                new Identity("other", "ip"), "written with CLUSTER_NAME discovery, expected other", "APPLICATION_DIR");
    }

    @Test
    void aFileOfAnotherInstanceKeyIsRefused() throws Exception {
        fill();

        assertRefused(
                new Identity("discovery", "ip_port"),
                "written with INSTANCE_KEY ip, expected ip_port",
                "set INSTANCE_KEY");
    }

    @Test
    void aFileOfAnotherClusterThatWasNotClosedIsRefusedTogetherWithItsLog() throws Exception {
        Path killed = Files.createDirectory(directory.resolve("killed"));
        try (FileBackend backend = backend(IDENTITY)) {
            backend.open();
            StorageBackendContract.put(backend, registrations(100));
            Files.copy(file(), killed.resolve(DatabaseFile.FILE));
            Files.copy(beside("-wal"), killed.resolve(DatabaseFile.FILE + "-wal"));
        }
        directory = killed;

        assertRefused(new Identity("other", "ip"), "CLUSTER_NAME discovery");

        try (FileBackend backend = backend(IDENTITY)) {
            backend.open();
            assertThat(count(backend)).isEqualTo(100);
        }
    }

    @Test
    void aDatabaseOfAnotherProgramIsRefused() throws Exception {
        sql("CREATE TABLE registration (a)");

        assertRefused(IDENTITY, "of another program: application_id 0x00000000, expected 0x44534356", "move it away");
    }

    @Test
    void aDatabaseOfANewerReleaseIsRefused() throws Exception {
        fill();
        sql("PRAGMA user_version = 2");

        assertRefused(IDENTITY, "has schema 2 (user_version), expected 1", "a newer release wrote it");
    }

    @Test
    void whatIsNoDatabaseIsRefused() throws Exception {
        Files.writeString(file(), "registrations:\n".repeat(100));

        assertRefused(IDENTITY, "is not an SQLite database", "move it away");
    }

    @Test
    void aFileCutOffIsRefused() throws Exception {
        fill();
        byte[] whole = Files.readAllBytes(file());

        for (int length : new int[] {1, 99, 100, 4_096, whole.length / 2, whole.length - 4_096, whole.length - 1}) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertRefused(IDENTITY, "");
        }
    }

    @Test
    void aDamagedPageIsRefused() throws Exception {
        fill();
        byte[] bytes = Files.readAllBytes(file());
        for (int page = 1; page < bytes.length / 4_096; page++) {
            byte[] damaged = bytes.clone();
            Arrays.fill(damaged, page * 4_096, page * 4_096 + 512, (byte) 0x5a);
            Files.write(file(), damaged);

            assertRefused(IDENTITY, "is damaged", "move it away");
        }
    }

    @Test
    void aLogWithoutItsFileIsRefused() throws Exception {
        Files.writeString(beside("-wal"), "the newest registrations");

        assertRefused(IDENTITY, "discovery.db is missing or empty", "discovery.db-wal holds a part of it");
    }

    @Test
    void aDirectoryInPlaceOfTheFileIsRefused() throws Exception {
        Files.createDirectory(file());

        assertRefused(IDENTITY, "is not a file");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRefused() throws Exception {
        directory = Files.writeString(directory.resolve("data"), "mine");

        assertThatThrownBy(() -> backend(IDENTITY).open())
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageContaining(directory + " cannot be used")
                .hasMessageContaining("must be a directory");
        assertThat(directory).hasContent("mine");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() {
        assumeThat(Path.of("/proc/self"))
                .as("a file system that takes nothing from anybody")
                .exists();
        directory = Path.of("/proc/discovery");

        assertThatThrownBy(() -> backend(IDENTITY).open())
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageContaining("/proc/discovery cannot be used");
    }

    @Test
    void whatWasRefusedCanBeOpenedOnceItIsMended() throws Exception {
        Files.writeString(file(), "nonsense");
        try (FileBackend backend = backend(IDENTITY)) {
            assertThatThrownBy(backend::open).isInstanceOf(UnusableBackendException.class);

            Files.delete(file());
            backend.open();

            assertThat(count(backend)).isZero();
        }
    }

    @Test
    void anEmptyFileIsUsedAsNew() throws Exception {
        Files.createFile(file());

        fill();

        assertThat(file()).isNotEmptyFile();
    }

    @Test
    void whatAnInterruptedFirstStartLeftIsReplaced() throws Exception {
        Files.writeString(beside(".new"), "half a data");
        Files.writeString(beside(".new-journal"), "base");

        fill();

        assertThat(entries()).containsExactlyInAnyOrder(DatabaseFile.FILE, FileBackend.LOCK);
    }

    @Test
    void missingDirectoriesAreMade() throws Exception {
        directory = directory.resolve("a/b");

        fill();

        assertThat(file()).exists();
    }

    @Test
    void aLinkToADirectoryIsADirectory() throws Exception {
        Path target = Files.createDirectory(directory.resolve("target"));
        directory = Files.createSymbolicLink(directory.resolve("link"), target);

        fill();

        assertThat(target.resolve(DatabaseFile.FILE)).exists();
    }

    @Test
    void aSecondBackendOnTheDirectoryIsRefusedUntilTheFirstIsClosed() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        FileBackend second = new FileBackend(
                link, IDENTITY, new Retention(Lease.of(Duration.ofSeconds(10)), () -> 0, () -> 0), Flush.EACH_BATCH);
        try (FileBackend first = backend(IDENTITY)) {
            first.open();
            assertThatThrownBy(second::open)
                    .isInstanceOf(UnusableBackendException.class)
                    .hasMessageContaining(link + " is in use by another member of this process")
                    .hasMessageContaining("APPLICATION_DIR");
        }

        try (second) {
            second.open();
            assertThat(count(second)).isZero();
        }
    }

    /** Opens with this identity, and expects the words in the message and every byte but the lock where it was. */
    private void assertRefused(Identity identity, String... words) throws Exception {
        Map<String, ByteBuffer> before = contents();

        assertThatThrownBy(() -> backend(identity).open())
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageStartingWith(file().toString())
                .hasMessageContainingAll(words);

        assertThat(contents()).isEqualTo(before);
    }

    private Map<String, ByteBuffer> contents() throws IOException {
        Map<String, ByteBuffer> contents = new TreeMap<>();
        for (String name : entries()) {
            Path path = directory.resolve(name);
            // SQLite's index of a log: made anew from the log at any time.
            boolean derived = name.equals(FileBackend.LOCK) || name.endsWith("-shm");
            if (!derived && Files.isRegularFile(path)) {
                contents.put(name, ByteBuffer.wrap(Files.readAllBytes(path)));
            }
        }
        return contents;
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals(NativeLibrary.FOLDER))
                    .toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    private void fill() {
        try (FileBackend backend = backend(IDENTITY)) {
            backend.open();
            StorageBackendContract.put(backend, registrations(200));
        }
    }

    private static List<Registration> registrations(int count) {
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            InstanceKey key = InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0." + i));
            CheckIn checkIn = new CheckIn(new Version(i, 1), 80, "r".repeat(50), "repo");
            registrations.add(new Registration(key, checkIn, Tags.NONE, null));
        }
        return registrations;
    }

    private static long count(FileBackend backend) {
        List<Registration> registrations = new ArrayList<>();
        backend.scan(registrations::add);
        return registrations.size();
    }

    private FileBackend backend(Identity identity) {
        return new FileBackend(
                directory,
                identity,
                new Retention(Lease.of(Duration.ofSeconds(10)), () -> 0, () -> 0),
                Flush.EACH_BATCH);
    }

    private Path file() {
        return directory.resolve(DatabaseFile.FILE);
    }

    private Path beside(String suffix) {
        return directory.resolve(DatabaseFile.FILE + suffix);
    }

    private void sql(String statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(statements);
        }
    }
}
