package io.discovery.backend.file;

import static io.discovery.fuzz.FuzzTarget.requireEqual;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.discovery.fuzz.FuzzTarget;
import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend.BackendException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rows of the file, which any program may have changed: a registration that is written and read again is the same, or
 * the row is reported as damaged. An input is the columns, with {@code |} between: a number, null if it is empty, else
 * a text.
 */
public final class RowFuzz implements FuzzTarget {

    private static final int COLUMNS = 13;
    private static final String ROW = "SELECT " + "?, ".repeat(COLUMNS - 1) + "?";

    private final PreparedStatement statement = prepared();

    private static PreparedStatement prepared() {
        try {
            Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:");
            return memory.prepareStatement(ROW);
        } catch (SQLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "payments|10.0.0.1|0|8080|r|repo|1700000000000000|5|||az\t\"a\"\t1700000000000000\t5||9",
                        "a\\u0000\\n\\\\|::1|80|||||||7|6|az\t{}\t8\t5\nb\t\"\\\\\"\t9\t5|x\t1\t8\t-1|9",
                        "payments|10.0.0.1|0|||||||||9",
                        "x|1.2.3|y|8080|r|repo|1.5|5||||a\tb|9")
                .map(row -> row.getBytes(UTF_8))
                .toList();
    }

    @Override
    public long mostAllocated(int length) {
        return 500_000 + 2_000L * length;
    }

    @Override
    public void read(byte[] input) throws SQLException {
        String[] columns = new String(input, UTF_8).split("\\|", -1);
        for (int column = 0; column < COLUMNS; column++) {
            bind(column + 1, column < columns.length ? columns[column] : "");
        }
        try {
            Registration read = readBound();
            Row.bind(statement, read, 0);
            requireEqual(readBound(), read, "a row that was written and read again");
        } catch (BackendException damaged) {
            FuzzTarget.require(damaged.getMessage() != null, damaged::toString);
        }
    }

    private void bind(int column, String value) throws SQLException {
        if (value.isEmpty()) {
            statement.setNull(column, Types.NULL);
        } else if (value.matches("-?[0-9]{1,18}")) {
            statement.setLong(column, Long.parseLong(value));
        } else {
            statement.setString(column, value);
        }
    }

    private Registration readBound() throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return Row.read(row);
        }
    }
}
