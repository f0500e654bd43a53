package io.discovery.backend.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Damage;
import io.discovery.registry.StorageBackendContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBackendTest extends StorageBackendContract {

    private static final Identity IDENTITY = new Identity("discovery", "ip");

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

    /** With characters that mean something in a URL. */
    @TempDir(factory = OddlyNamed.class)
    Path directory;

    @Override
    protected StorageBackend backend(Retention rules) {
        return new FileBackend(directory, IDENTITY, rules, Flush.EACH_BATCH);
    }

    /** The one case an order by last versions would get wrong: each copy has a register that the other lacks. */
    @Test
    void whatEachOfTwoCopiesHasNewerIsKept() {
        Registration weighed = with(registered("10.0.0.1", NOON), new Tag(Weight.TAG, "7", new Version(NOON + 9, 2)));
        Registration beaten = tagged("10.0.0.1", NOON + 5, "az");

        write(weighed);
        write(beaten);

        assertThat(stored()).containsExactly(Registration.merge(weighed, beaten));
    }

    @Test
    void aCopyOfTheSameLastVersionWithARegisterMoreIsWritten() {
        Registration plain = registered("10.0.0.1", NOON);
        Registration weighed = with(plain, new Tag(Weight.TAG, "7", new Version(NOON - 1, 2)));

        write(plain);
        write(weighed);

        assertThat(stored()).containsExactly(weighed);
    }

    @Test
    void theTagsOfALeaseThatHadEndedLeaveWithTheNextCheckIn() {
        long later = NOON + LEASE.ttlMicros() + 1;
        Registration back = registered("10.0.0.1", later);

        write(tagged("10.0.0.1", NOON, "az"));
        write(back);

        assertThat(stored()).containsExactly(back);
    }

    /** The file may have missed heartbeats while the disk was full; they were heartbeats nevertheless. */
    @Test
    void tagsThatTheNextCheckInStillHasStayHoweverOldTheRowIs() {
        Registration first = tagged("10.0.0.1", NOON, "az");
        Registration later = with(
                registered("10.0.0.1", NOON + 3 * LEASE.ttlMicros()),
                first.tags().list().get(0));

        write(first);
        write(later);

        assertThat(stored()).containsExactly(later);
    }

    @Test
    void instancesOfOneAddressAreToldApartByTheirPorts() {
        InstanceKey address = key("10.0.0.1");
        List<Registration> instances = List.of(
                registered(new InstanceKey(address.service(), address.address(), 80), NOON),
                registered(new InstanceKey(address.service(), address.address(), 65_535), NOON),
                registered(address, NOON));

        write(instances.toArray(Registration[]::new));

        assertThat(stored()).containsExactlyInAnyOrderElementsOf(instances);
    }

    @Test
    void onlyRowsThatChangeAreWritten() throws Exception {
        try (FileBackend backend = (FileBackend) opened()) {
            put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON)));
            long size = Files.size(log());

            put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON - 1)));

            assertThat(backend.rowsWritten()).isEqualTo(2);
            assertThat(log()).hasSize(size);
        }
    }

    @Test
    void whatIsPastItsRetentionIsRemovedAtMostOnceAMinute() throws Exception {
        Registration recent = registered("10.0.0.9", LEASE.keptUntil(registered("10.0.0.1", NOON + 2)));
        try (StorageBackend backend = opened()) {
            put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON + 1)));

            now.set(LEASE.keptUntil(registered("10.0.0.1", NOON)));
            put(backend, List.of(recent));
            assertThat(rows()).isEqualTo(2);

            now.addAndGet(TimeUnit.MINUTES.toMicros(1) - 1);
            put(backend, List.of(recent));
            assertThat(rows()).isEqualTo(2);

            now.incrementAndGet();
            put(backend, List.of(recent));
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void aLargeFileIsPurgedPartByPart() throws Exception {
        int count = Purger.PART_ROWS + 1_000;
        List<Registration> many = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            many.add(registered("10." + i / 10_000 + "." + i / 100 % 100 + "." + i % 100, NOON));
        }
        Registration recent = registered("9.0.0.1", LEASE.keptUntil(many.get(0)));
        try (StorageBackend backend = opened()) {
            put(backend, many);

            List<Long> left = new ArrayList<>();
            for (int round = 0; round < 2; round++) {
                now.set(LEASE.keptUntil(many.get(0)) + TimeUnit.MINUTES.toMicros(round));
                put(backend, List.of(recent));
                left.add(rows());
            }

            assertThat(left).containsExactly(1_001L, 1L);
        }
    }

    @Override
    protected void damageRow(String address) throws SQLException {
        execute("UPDATE registration SET port = 'eighty' WHERE ip_address = '" + address + "'");
    }

    @Test
    void aDamagedRowIsNamedUntilItIsReplaced() throws Exception {
        write(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON));
        damageRow("10.0.0.2");

        try (StorageBackend backend = opened()) {
            scan(backend);
            put(backend, List.of(registered("10.0.0.1", NOON + 1)));
            assertThat(backend.damage().reasons())
                    .singleElement()
                    .asString()
                    .contains("service payments, ip_address 10.0.0.2, key_port 0 cannot be read: ");

            put(backend, List.of(registered("10.0.0.2", NOON + 1)));
            assertThat(backend.damage()).isEqualTo(Damage.NONE);
        }
    }

    @Test
    void aDamagedRowIsNamedUntilItIsRemovedPastItsRetention() throws Exception {
        write(registered("10.0.0.1", NOON));
        damageRow("10.0.0.1");

        try (StorageBackend backend = opened()) {
            scan(backend);
            now.set(LEASE.keptUntil(registered("10.0.0.1", NOON)));
            assertThat(backend.damage().rows()).isEqualTo(1);

            put(backend, List.of(registered("10.0.0.2", now.get())));

            assertThat(backend.damage()).isEqualTo(Damage.NONE);
            assertThat(rows()).isEqualTo(1);
        }
    }

    @Test
    void ofManyDamagedRowsAFewAreNamed() throws Exception {
        List<Registration> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(registered("10.0.0." + i, NOON));
        }
        write(many.toArray(Registration[]::new));
        execute("UPDATE registration SET tags = 'az'");

        try (StorageBackend backend = opened()) {
            assertThat(scan(backend)).isEmpty();

            assertThat(backend.damage().rows()).isEqualTo(100);
            assertThat(backend.damage().reasons()).hasSize(Damage.MOST_REASONS);
        }
    }

    @Test
    void aFailedBatchLeavesNothingAndTheNextIsWritten() throws Exception {
        try (StorageBackend backend = opened()) {
            execute("CREATE TRIGGER refuse BEFORE INSERT ON registration WHEN new.ip_address = '10.0.0.2'"
                    + " BEGIN SELECT RAISE(ABORT, 'refused'); END");
            assertThatThrownBy(() -> put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON))))
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("refused");
            assertThat(rows()).isZero();

            execute("DROP TRIGGER refuse");
            put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON)));
            assertThat(scan(backend)).hasSize(2);
        }
    }

    @Test
    void aConsumerThatThrowsEndsTheScanAndDoesNoHarm() {
        try (StorageBackend backend = opened()) {
            put(backend, List.of(registered("10.0.0.1", NOON)));

            assertThatThrownBy(() -> backend.scan(registration -> {
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");

            assertThat(scan(backend)).hasSize(1);
            put(backend, List.of(registered("10.0.0.2", NOON)));
            assertThat(scan(backend)).hasSize(2);
        }
    }

    @Test
    void aFileRemovedInUseFailsEveryWriteInsteadOfLosingIt() throws Exception {
        Registration registration = registered("10.0.0.1", NOON);
        Path elsewhere = directory.resolve("elsewhere");
        try (StorageBackend backend = opened()) {
            Files.move(file(), elsewhere);

            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> put(backend, List.of(registration)))
                        .isInstanceOf(BackendException.class)
                        .hasMessageContaining(file().toString());
            }
            assertThat(file()).doesNotExist();

            Files.move(elsewhere, file());
            assertThat(put(backend, List.of(registration))).isEmpty();
        }
        assertThat(stored()).containsExactly(registration);
    }

    @Test
    void anotherProcessReadsTheFileInUse() throws Exception {
        try (StorageBackend backend = opened();
                Connection reader = connect();
                Statement statement = reader.createStatement()) {
            put(backend, List.of(tagged("10.0.0.1", NOON, "az")));

            reader.setAutoCommit(false);
            try (ResultSet row = statement.executeQuery("SELECT service, last_check_in, tags FROM registration")) {
                put(backend, List.of(registered("10.0.0.1", NOON + 1)));

                assertThat(row.getString(1)).isEqualTo("payments");
                assertThat(row.getLong(2)).isEqualTo(NOON);
                assertThat(row.getString(3)).isEqualTo("az\t\"a\"\t" + NOON + "\t1");
            }
        }
    }

    /** Its table has no column for what later versions add. */
    @Test
    void aFileOfTheVersionBeforeIsUsedWithAllItsRows() throws Exception {
        asMadeByTheVersionBefore();
        putByTheVersionBefore("10.0.0.1");
        putByTheVersionBefore("10.0.0.2");

        assertThat(stored()).containsExactly(ofTheVersionBefore("10.0.0.1"), ofTheVersionBefore("10.0.0.2"));
        Registration more = new Registration(
                key("10.0.0.1"),
                registered("10.0.0.1", NOON + 1).checkIn(),
                Tags.NONE,
                null,
                new Tags(List.of(new Tag("health", "\"up\"", new Version(NOON, 2)))));
        write(more);

        assertThat(stored())
                .containsExactly(
                        Registration.merge(ofTheVersionBefore("10.0.0.1"), more), ofTheVersionBefore("10.0.0.2"));
    }

    /** Killed, it leaves a part of its rows in the log. */
    @Test
    void aFileAndItsLogOfTheVersionBeforeAreUsedWithAllTheirRows() throws Exception {
        asMadeByTheVersionBefore();
        Path killed = Files.createDirectory(directory.resolve("killed"));
        try (Connection inUse = connect();
                Statement statement = inUse.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute(PUT_BY_THE_VERSION_BEFORE.formatted("10.0.0.1"));
            Files.copy(file(), killed.resolve(DatabaseFile.FILE));
            Files.copy(log(), killed.resolve(DatabaseFile.FILE + "-wal"));
        }
        directory = killed;

        assertThat(stored()).containsExactly(ofTheVersionBefore("10.0.0.1"));
    }

    @Test
    void theVersionBeforeUsesAFileOfThisOne() throws Exception {
        write(registered("10.0.0.1", NOON - 1));

        putByTheVersionBefore("10.0.0.1");

        assertThat(stored()).containsExactly(ofTheVersionBefore("10.0.0.1"));
    }

    @Test
    void afterClosingTheFileIsAll() {
        write(registered("10.0.0.1", NOON));

        assertThat(log()).doesNotExist();
        assertThat(directory.resolve(DirectoryLock.FILE)).isEmptyFile();
    }

    @Test
    void whatIsNotOpenIsNotUsed() {
        StorageBackend backend = backend(retention);

        assertThatThrownBy(() -> scan(backend)).isInstanceOf(IllegalStateException.class);
    }

    private void asMadeByTheVersionBefore() throws SQLException {
        write();
        execute("DROP TABLE registration");
        execute(TABLE_OF_THE_VERSION_BEFORE);
    }

    private void putByTheVersionBefore(String address) throws SQLException {
        execute(PUT_BY_THE_VERSION_BEFORE.formatted(address));
    }

    private static Registration ofTheVersionBefore(String address) {
        return tagged(address, NOON, "az");
    }

    private static Registration with(Registration registration, Tag tag) {
        CheckIn checkIn = registration.checkIn();
        return new Registration(registration.key(), checkIn, new Tags(List.of(tag)), registration.deregistration());
    }

    private Path file() {
        return directory.resolve(DatabaseFile.FILE);
    }

    private Path log() {
        return directory.resolve(DatabaseFile.FILE + "-wal");
    }

    private long rows() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM registration")) {
            return count.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(new DatabaseFile(file(), IDENTITY).url("mode=rw"));
    }
}
