package io.discovery.backend.file;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The file of a backend as any other program of this machine sees it.
 *
 * @param directory where the backend keeps its file
 */
record RegistrationTable(Path directory, Identity identity) {

    Path file() {
        return directory.resolve(DatabaseFile.FILE);
    }

    /** The write-ahead log beside the file. */
    Path log() {
        return directory.resolve(DatabaseFile.FILE + "-wal");
    }

    /** Counts the rows. */
    long rows() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM registration")) {
            return count.getLong(1);
        }
    }

    /** Executes a statement in a connection of its own. */
    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(new DatabaseFile(file(), identity).url("mode=rw"));
    }
}
