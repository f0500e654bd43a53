package io.discovery.faults;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.sqlite.SQLiteErrorCode;

/** The SQLite file of a member that is down, with a row that is no registration. */
final class DamagedFile {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private DamagedFile() {}

    /** Damages one row, if the file has any; waits while the disk is full. */
    static void damageARow(Path file) {
        await().atMost(PATIENCE).until(() -> isDamaged(file));
    }

    private static boolean isDamaged(Path file) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE registration SET port = 'eighty' WHERE (service, ip_address) IN"
                    + " (SELECT service, ip_address FROM registration WHERE port > 0 LIMIT 1)");
            return true;
        } catch (SQLException failed) {
            if (failed.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code) {
                return false;
            }
            throw new IllegalStateException("cannot damage " + file, failed);
        }
    }
}
