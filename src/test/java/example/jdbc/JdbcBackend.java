package example.jdbc;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackendProvider.Surroundings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A table that all members share: a row an instance, the whole registration in it as JSON. Nothing that a client can
 * send makes a row that the table does not take: keys are digests of one length, texts are ASCII.
 *
 * <p>A batch is one transaction that reads the rows, merges what is given into them and writes those that differ.
 * The database keeps transactions that write the same rows apart, so that no change is lost.
 */
final class JdbcBackend implements StorageBackend {

    /**
     * The statement that creates the table in SQLite, PostgreSQL and H2; for other databases create the table
     * beforehand, with a type for long texts.
     */
    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS discovery_registration (
              id VARCHAR(64) NOT NULL PRIMARY KEY,
              cluster VARCHAR(64) NOT NULL,
              last_version BIGINT NOT NULL,
              registration TEXT NOT NULL
            )""";

    private static final String FIND = "SELECT registration FROM discovery_registration WHERE id = ?";
    private static final String SCAN =
            "SELECT registration, id FROM discovery_registration WHERE cluster = ? AND last_version > ?";
    private static final String PURGE = "DELETE FROM discovery_registration WHERE cluster = ? AND last_version <= ?";
    private static final String INSERT =
            "INSERT INTO discovery_registration (registration, last_version, cluster, id) VALUES (?, ?, ?, ?)";
    /** The update of a row, with the parameters of the insertion. */
    private static final String UPDATE =
            "UPDATE discovery_registration SET registration = ?, last_version = ?, cluster = ? WHERE id = ?";

    private static final long PURGE_PERIOD = TimeUnit.HOURS.toMicros(1);

    private final Database database;
    private final Retention retention;
    /** The name of the cluster, since several clusters may share the table. */
    private final String cluster;

    private volatile boolean prepared;
    private volatile Damage damage = Damage.NONE;
    /** The time of the next purge; the writing thread alone uses it. */
    private long nextPurge;

    JdbcBackend(Database database, Surroundings surroundings) {
        this.database = database;
        this.retention = surroundings.retention();
        this.cluster = digest(surroundings.instanceKey() + " " + surroundings.clusterName());
    }

    @Override
    public Scope scope() {
        return Scope.SHARED;
    }

    @Override
    public String description() {
        return database.toString();
    }

    @Override
    public void open() {
        try {
            prepare();
        } catch (BackendException failed) {
            // A database that is away must not keep a member from starting: it may be back when it is needed.
            if (!Database.isAway(failed.getCause())) {
                throw new UnusableBackendException(
                        failed.getMessage() + "; " + JdbcProvider.URL_VARIABLE
                                + " must lead to a database where the user may make, read and write a table",
                        failed);
            }
        }
    }

    private void prepare() {
        if (!prepared) {
            database.inTransaction(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.execute(CREATE);
                }
            });
            prepared = true;
        }
    }

    @Override
    public void scan(Consumer<Registration> registrations) {
        prepare();
        damage = database.read(connection -> scan(connection, registrations));
    }

    @Override
    public Damage damage() {
        return damage;
    }

    /** A row that cannot be read keeps no other from coming back. */
    private Damage scan(Connection connection, Consumer<Registration> registrations) throws SQLException {
        long damaged = 0;
        List<String> reasons = new ArrayList<>();
        try (PreparedStatement scan = connection.prepareStatement(SCAN)) {
            scan.setString(1, cluster);
            scan.setLong(2, retention.lastVersionEndedAt(retention.nowMicros()));
            try (ResultSet rows = scan.executeQuery()) {
                while (rows.next()) {
                    Registration registration;
                    try {
                        registration = RegistrationJson.read(rows.getString(1));
                    } catch (IllegalArgumentException unreadable) {
                        damaged++;
                        if (reasons.size() < Damage.MOST_REASONS) {
                            reasons.add("the row with the id " + rows.getString(2) + ": " + unreadable.getMessage());
                        }
                        continue;
                    }
                    registrations.accept(registration);
                }
            }
        }
        return new Damage(damaged, reasons);
    }

    @Override
    public boolean holds(InstanceKey key) {
        prepare();
        return database.read(connection -> find(connection, id(key)) != null);
    }

    @Override
    public Written write(Collection<Write> writes) {
        prepare();
        purgeIfDue(retention.nowMicros());
        List<Registration> given = writes.stream().map(Write::registration).toList();
        return given.isEmpty() ? Written.ALL : database.inTransaction(connection -> merge(connection, given));
    }

    private Written merge(Connection connection, List<Registration> given) throws SQLException {
        List<Registration> found = new ArrayList<>();
        for (Registration registration : given) {
            merge(connection, registration, found);
        }
        return new Written(Map.of(), found);
    }

    private void merge(Connection connection, Registration given, List<Registration> found) throws SQLException {
        String id = id(given.key());
        String stored = find(connection, id);
        Registration row = stored == null ? null : retention.beside(given, read(stored));
        Registration merged = given.mergedInto(row);
        String json = RegistrationJson.write(merged);
        if (!json.equals(stored)) {
            try (PreparedStatement put = connection.prepareStatement(stored == null ? INSERT : UPDATE)) {
                put.setString(1, json);
                put.setLong(2, merged.lastVersion().micros());
                put.setString(3, cluster);
                put.setString(4, id);
                put.executeUpdate();
            }
        }
        if (row != null && !json.equals(RegistrationJson.write(given))) {
            found.add(row);
        }
    }

    private static @Nullable String find(Connection connection, String id) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setString(1, id);
            try (ResultSet row = find.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    /** A row that cannot be read is as good as none: it is replaced by what is given. */
    private static @Nullable Registration read(String json) {
        try {
            return RegistrationJson.read(json);
        } catch (IllegalArgumentException damaged) {
            return null;
        }
    }

    private void purgeIfDue(long now) {
        if (now < nextPurge) {
            return;
        }
        database.inTransaction(connection -> {
            try (PreparedStatement purge = connection.prepareStatement(PURGE)) {
                purge.setString(1, cluster);
                purge.setLong(2, retention.lastVersionEndedAt(retention.removableMicros()));
                return purge.executeUpdate();
            }
        });
        nextPurge = now + PURGE_PERIOD;
    }

    /**
     * Returns the key of a row. It has no text of a client: databases compare texts by rules of their own, and limit
     * the length of a key.
     */
    private String id(InstanceKey key) {
        return digest(cluster + " " + key.instance() + " " + key.service().text());
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public void close() {
        // No connection outlives its use.
    }

    @Override
    public String toString() {
        return description();
    }
}
