package io.discovery.faults;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The SQLite file of a member that is down, with a row that is no registration. */
final class DamagedFile {

    private DamagedFile() {}

    /** Damages one row, if the file has any. */
    static void damageARow(Path file) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE registration SET port = 'eighty' WHERE (service, ip_address) IN"
                    + " (SELECT service, ip_address FROM registration WHERE port > 0 LIMIT 1)");
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot damage " + file, failed);
        }
    }
}
