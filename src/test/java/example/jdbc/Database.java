package example.jdbc;

import io.discovery.registry.StorageBackend.BackendException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A database. Each use of it has a connection of its own, so that all threads may use this, nothing is left to be
 * closed, and a database that was away is found again. (A pool of connections would be faster.)
 */
final class Database {

    /** The most attempts of a transaction that other transactions disturb. */
    private static final int ATTEMPTS = 5;

    private static final String CONNECTION_FAILURE = "08";

    private final Driver driver;
    private final String url;

    Database(Driver driver, String url) {
        this.driver = driver;
        this.url = url;
    }

    /** Work with a connection. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** @throws BackendException if it could not be read */
    <T> T read(Work<T> work) {
        try (Connection connection = connect()) {
            return work.run(connection);
        } catch (SQLException failed) {
            throw failure(failed);
        }
    }

    /**
     * Runs the work as if no other program used the database meanwhile. The database ensures that in its own way: it
     * lets others wait, or fails a transaction that was disturbed, which is then tried again. So the work may run more
     * than once, and must change nothing but the database.
     *
     * @throws BackendException if it could not be done; nothing of it was
     */
    <T> T inTransaction(Work<T> work) {
        return inTransaction(work, ATTEMPTS);
    }

    private <T> T inTransaction(Work<T> work, int attempts) {
        try (Connection connection = connect()) {
            return inTransaction(work, connection);
        } catch (SQLException failed) {
            if (attempts > 1) {
                return inTransaction(work, attempts - 1);
            }
            throw failure(failed);
        }
    }

    private static <T> T inTransaction(Work<T> work, Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setAutoCommit(false);
        try {
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException failed) {
            try {
                connection.rollback();
            } catch (SQLException oneMore) {
                failed.addSuppressed(oneMore);
            }
            throw failed;
        }
    }

    private Connection connect() {
        try {
            Connection connection = driver.connect(url, new Properties());
            if (connection == null) {
                throw failure(new SQLException("the driver does not know such a URL"));
            }
            return connection;
        } catch (SQLException refused) {
            throw failure(withoutMessage(refused));
        }
    }

    /** Removes the message of a driver, which may show the URL, which may hold a password. */
    private static SQLException withoutMessage(SQLException refused) {
        String message = "cannot connect (SQLState " + refused.getSQLState() + ", code " + refused.getErrorCode() + ")";
        SQLException bare = isAway(refused)
                ? new SQLTransientException(message, refused.getSQLState(), refused.getErrorCode())
                : new SQLException(message, refused.getSQLState(), refused.getErrorCode());
        bare.setStackTrace(refused.getStackTrace());
        return bare;
    }

    private BackendException failure(SQLException failed) {
        return new BackendException(this + ": " + failed.getMessage(), failed);
    }

    /** Returns true if the database may come back later by itself. */
    static boolean isAway(@Nullable Throwable failure) {
        return failure instanceof SQLTransientException
                || failure instanceof SQLException failed
                        && failed.getSQLState() != null
                        && failed.getSQLState().startsWith(CONNECTION_FAILURE);
    }

    /** Returns the part of the URL that is certainly no secret: {@code jdbc:postgresql}. */
    static String kind(String url) {
        int end = url.indexOf(':', url.indexOf(':') + 1);
        return end < 0 ? "no JDBC URL" : url.substring(0, end);
    }

    @Override
    public String toString() {
        return "the database of " + JdbcProvider.URL_VARIABLE + " (" + kind(url) + ")";
    }
}
