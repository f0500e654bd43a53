package io.discovery.backend.file;

import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackendContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member of the version before and one of this version use one file, one after the other. */
class FileBackendVersionsTest {

    private static final Identity IDENTITY = new Identity("discovery", "ip");
    private static final long NOON = TimeUnit.SECONDS.toMicros(1_700_000_000);

    private static final String TABLE_OF_THE_VERSION_BEFORE = """
            CREATE TABLE registration (
              -- Times are microseconds since the epoch: datetime(last_check_in / 1000000, 'unixepoch').
              -- In texts a backslash starts an escape: \\\\ \\n \\r \\t \\u0000.
              service TEXT NOT NULL,
              ip_address TEXT NOT NULL,
              key_port INTEGER NOT NULL,      -- 0 where the port is no part of the identity
              port INTEGER,                   -- null, as all of the check-in, once it is deregistered
              revision TEXT,
              service_repo_name TEXT,
              last_check_in INTEGER,
              check_in_member INTEGER,        -- the member that took the check-in
              deregistered INTEGER,           -- the latest deregistration, null if there was none
              deregistered_member INTEGER,
              tags TEXT NOT NULL,             -- a line a tag: key, JSON value, time, member, with tabs between
              keep_until INTEGER NOT NULL,    -- from then on the row means nothing, and is removed some time
              PRIMARY KEY (service, ip_address, key_port)
            ) WITHOUT ROWID""";

    private static final String PUT_BY_THE_VERSION_BEFORE = "REPLACE INTO registration (service, ip_address, key_port,"
            + " port, revision, service_repo_name, last_check_in, check_in_member, deregistered, deregistered_member,"
            + " tags, keep_until) VALUES ('payments', '%s', 0, 80, 'r', 'repo', " + NOON + ", 1, NULL, NULL,"
            + " 'az\t\"a\"\t" + NOON + "\t1', " + (NOON + TimeUnit.HOURS.toMicros(1)) + ")";

    @TempDir
    Path directory;

    /** Its table has no column for what later versions add. */
    @Test
    void aFileOfTheVersionBeforeIsUsedWithAllItsRows() throws Exception {
        asMadeByTheVersionBefore();
        putByTheVersionBefore("10.0.0.1");
        putByTheVersionBefore("10.0.0.2");

        assertThat(stored()).containsExactly(ofTheVersionBefore("10.0.0.1"), ofTheVersionBefore("10.0.0.2"));
        Registration more = new Registration(
                key("10.0.0.1"),
                registered(key("10.0.0.1"), new Version(NOON + 1, 1)).checkIn(),
                Tags.NONE,
                null,
                new Tags(List.of(new Tag("health", "\"up\"", new Version(NOON, 2)))));
        write(List.of(more));

        assertThat(stored())
                .containsExactly(
                        Registration.merge(ofTheVersionBefore("10.0.0.1"), more), ofTheVersionBefore("10.0.0.2"));
    }

    /** Killed, it leaves a part of its rows in the log. */
    @Test
    void aFileAndItsLogOfTheVersionBeforeAreUsedWithAllTheirRows() throws Exception {
        asMadeByTheVersionBefore();
        Path killed = Files.createDirectory(directory.resolve("killed"));
        try (Connection inUse = table().connect();
                Statement statement = inUse.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute(PUT_BY_THE_VERSION_BEFORE.formatted("10.0.0.1"));
            Files.copy(table().file(), killed.resolve(DatabaseFile.FILE));
            Files.copy(table().log(), killed.resolve(DatabaseFile.FILE + "-wal"));
        }
        directory = killed;

        assertThat(stored()).containsExactly(ofTheVersionBefore("10.0.0.1"));
    }

    @Test
    void theVersionBeforeUsesAFileOfThisOne() throws Exception {
        write(List.of(registered(key("10.0.0.1"), new Version(NOON - 1, 1))));

        putByTheVersionBefore("10.0.0.1");

        assertThat(stored()).containsExactly(ofTheVersionBefore("10.0.0.1"));
    }

    private void asMadeByTheVersionBefore() throws SQLException {
        write(List.of());
        table().execute("DROP TABLE registration");
        table().execute(TABLE_OF_THE_VERSION_BEFORE);
    }

    private void putByTheVersionBefore(String address) throws SQLException {
        table().execute(PUT_BY_THE_VERSION_BEFORE.formatted(address));
    }

    private static Registration ofTheVersionBefore(String address) {
        Version version = new Version(NOON, 1);
        return new Registration(
                key(address),
                new CheckIn(version, 80, "r", "repo"),
                new Tags(List.of(new Tag("az", "\"a\"", version))),
                null);
    }

    private static InstanceKey key(String address) {
        return InstanceKey.of(new ServiceName("payments"), new IpAddress(address));
    }

    private void write(List<Registration> registrations) {
        try (FileBackend backend = backend()) {
            backend.open();
            assertThat(StorageBackendContract.put(backend, registrations)).isEmpty();
        }
    }

    private List<Registration> stored() {
        List<Registration> registrations = new ArrayList<>();
        try (FileBackend backend = backend()) {
            backend.open();
            backend.scan(registrations::add);
        }
        return registrations;
    }

    private FileBackend backend() {
        return new FileBackend(
                directory,
                IDENTITY,
                new Retention(Lease.of(Duration.ofSeconds(10)), () -> NOON, () -> NOON),
                Flush.EACH_BATCH);
    }

    private RegistrationTable table() {
        return new RegistrationTable(directory, IDENTITY);
    }
}
