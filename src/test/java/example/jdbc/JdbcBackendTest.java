package example.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.SharedBackendContract;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.registry.StorageBackendProvider.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcBackendTest extends SharedBackendContract {

    @TempDir
    private Path dir;

    @Override
    protected StorageBackend backend(Retention rules) {
        return backend("discovery", url(), rules);
    }

    private static StorageBackend backend(String clusterName, String url, Retention rules) {
        return new JdbcProvider()
                .create(new Surroundings(Map.of("JDBC_URL", url), Path.of("data"), clusterName, "ip", rules));
    }

    private String url() {
        return "jdbc:sqlite:" + dir.resolve("shared.db");
    }

    @Test
    void clustersThatShareATableDoNotMeet() {
        write(registered("10.0.0.1", NOON));

        try (StorageBackend other = backend("other", url(), retention)) {
            other.open();
            assertThat(scan(other)).isEmpty();
            assertThat(other.holds(key("10.0.0.1"))).isFalse();

            put(other, List.of(deregistered("10.0.0.1", NOON + 1)));
        }
        assertThat(stored()).containsExactly(registered("10.0.0.1", NOON));
    }

    @Test
    void halfACharacterComesBackToo() {
        Version version = new Version(NOON, 1);
        Registration odd = new Registration(key("10.0.0.1"), new CheckIn(version, 80, "\ud83d", ""), Tags.NONE, null);

        write(odd);

        assertThat(stored()).containsExactly(odd);
    }

    @Override
    protected void damageRow(String address) throws SQLException {
        execute("UPDATE discovery_registration SET registration = replace(registration, '80', '\"eighty\"')"
                + " WHERE registration LIKE '%" + address + "%'");
    }

    @Test
    void aDamagedRowIsNamed() throws SQLException {
        write(registered("10.0.0.1", NOON));
        damageRow("10.0.0.1");

        try (StorageBackend backend = opened()) {
            scan(backend);

            assertThat(backend.damage().reasons())
                    .singleElement()
                    .asString()
                    .matches("the row with the id [0-9a-f]{64}: port is \"eighty\", expected an integer");
        }
    }

    @Test
    void whatIsPastItsRetentionIsRemovedInTheEnd() throws SQLException {
        write(registered("10.0.0.1", NOON));
        now.set(LEASE.keptUntil(registered("10.0.0.1", NOON)));

        write(registered("10.0.0.2", now.get()));

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aMissingUrlIsNamed() {
        assertThatThrownBy(() -> backend("discovery", "", retention))
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageStartingWith("JDBC_URL: given nothing, expected one such as jdbc:postgresql://");
    }

    @Test
    void aMissingDriverIsNamedAndNoPassword() {
        assertThatThrownBy(() -> backend("discovery", "jdbc:elsewhere://user:secret@host/db", retention))
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageStartingWith("JDBC_URL: given a URL that no driver knows, jdbc:elsewhere, expected")
                .hasMessageNotContaining("secret");
    }

    /** This driver's message names what comes behind ":resource:". */
    @Test
    void aDatabaseThatCannotBeUsedIsNamedAndNoPartOfTheUrlThatMayBeSecret() {
        StorageBackend backend = backend("discovery", "jdbc:sqlite::resource:secret.db", retention);

        assertThatThrownBy(backend::open)
                .isInstanceOf(UnusableBackendException.class)
                .hasMessage("the database of JDBC_URL (jdbc:sqlite): cannot connect (SQLState null, code 0);"
                        + " JDBC_URL must lead to a database where the user may make, read and write a table")
                .satisfies(failed -> assertThat(stackTrace(failed)).doesNotContain("secret"));
        assertThat(backend.description()).isEqualTo("the database of JDBC_URL (jdbc:sqlite)");
    }

    @Test
    void aDatabaseThatGoesAwayFailsAndIsFoundAgain() throws Exception {
        Path file = dir.resolve("shared.db");
        Path elsewhere = dir.resolve("elsewhere.db");
        try (StorageBackend backend = opened()) {
            put(backend, List.of(registered("10.0.0.1", NOON)));
            Files.move(file, elsewhere);
            assertThatThrownBy(() -> scan(backend)).isInstanceOf(BackendException.class);

            Files.delete(file);
            Files.move(elsewhere, file);
            assertThat(scan(backend)).containsExactly(registered("10.0.0.1", NOON));
        }
    }

    private static String stackTrace(Throwable failed) {
        StringWriter text = new StringWriter();
        failed.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private long rows() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM discovery_registration")) {
            return count.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
