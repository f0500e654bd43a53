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

    /** The folder of the file, whose name has characters that mean something in a URL. */
    @TempDir(factory = OddlyNamed.class)
    Path directory;

    @Override
    protected StorageBackend backend(Retention rules) {
        return new FileBackend(directory, IDENTITY, rules, Flush.EACH_BATCH);
    }

    private RegistrationTable table() {
        return new RegistrationTable(directory, IDENTITY);
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
            long size = Files.size(table().log());

            put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON - 1)));

            assertThat(backend.rowsWritten()).isEqualTo(2);
            assertThat(table().log()).hasSize(size);
        }
    }

    @Test
    void whatIsPastItsRetentionIsRemovedAtMostOnceAMinute() throws Exception {
        Registration recent = registered("10.0.0.9", LEASE.keptUntil(registered("10.0.0.1", NOON + 2)));
        try (StorageBackend backend = opened()) {
            put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON + 1)));

            now.set(LEASE.keptUntil(registered("10.0.0.1", NOON)));
            put(backend, List.of(recent));
            assertThat(table().rows()).isEqualTo(2);

            now.addAndGet(TimeUnit.MINUTES.toMicros(1) - 1);
            put(backend, List.of(recent));
            assertThat(table().rows()).isEqualTo(2);

            now.incrementAndGet();
            put(backend, List.of(recent));
            assertThat(table().rows()).isEqualTo(1);
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
                left.add(table().rows());
            }

            assertThat(left).containsExactly(1_001L, 1L);
        }
    }

    @Override
    protected void damageRow(String address) throws SQLException {
        table().execute("UPDATE registration SET port = 'eighty' WHERE ip_address = '" + address + "'");
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
            assertThat(table().rows()).isEqualTo(1);
        }
    }

    @Test
    void ofManyDamagedRowsAFewAreNamed() throws Exception {
        List<Registration> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(registered("10.0.0." + i, NOON));
        }
        write(many.toArray(Registration[]::new));
        table().execute("UPDATE registration SET tags = 'az'");

        try (StorageBackend backend = opened()) {
            assertThat(scan(backend)).isEmpty();

            assertThat(backend.damage().rows()).isEqualTo(100);
            assertThat(backend.damage().reasons()).hasSize(Damage.MOST_REASONS);
        }
    }

    @Test
    void aFailedBatchLeavesNothingAndTheNextIsWritten() throws Exception {
        try (StorageBackend backend = opened()) {
            table().execute("CREATE TRIGGER refuse BEFORE INSERT ON registration WHEN new.ip_address = '10.0.0.2'"
                    + " BEGIN SELECT RAISE(ABORT, 'refused'); END");
            assertThatThrownBy(() -> put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON))))
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("refused");
            assertThat(table().rows()).isZero();

            table().execute("DROP TRIGGER refuse");
            put(backend, List.of(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON)));
            assertThat(scan(backend)).hasSize(2);
        }
    }

    @Test
    void aFileRemovedInUseFailsEveryWriteInsteadOfLosingIt() throws Exception {
        Registration registration = registered("10.0.0.1", NOON);
        Path elsewhere = directory.resolve("elsewhere");
        try (StorageBackend backend = opened()) {
            Files.move(table().file(), elsewhere);

            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> put(backend, List.of(registration)))
                        .isInstanceOf(BackendException.class)
                        .hasMessageContaining(table().file().toString());
            }
            assertThat(table().file()).doesNotExist();

            Files.move(elsewhere, table().file());
            assertThat(put(backend, List.of(registration))).isEmpty();
        }
        assertThat(stored()).containsExactly(registration);
    }

    @Test
    void anotherProcessReadsTheFileInUse() throws Exception {
        try (StorageBackend backend = opened();
                Connection reader = table().connect();
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

    @Test
    void afterClosingTheFileIsAll() {
        write(registered("10.0.0.1", NOON));

        assertThat(table().log()).doesNotExist();
        assertThat(directory.resolve(FileBackend.LOCK)).isEmptyFile();
    }

    @Test
    void whatIsNotOpenIsNotUsed() {
        StorageBackend backend = backend(retention);

        assertThatThrownBy(() -> scan(backend)).isInstanceOf(IllegalStateException.class);
    }

    private static Registration with(Registration registration, Tag tag) {
        CheckIn checkIn = registration.checkIn();
        return new Registration(registration.key(), checkIn, new Tags(List.of(tag)), registration.deregistration());
    }
}
