package io.discovery.backend.file;

import io.discovery.model.InstanceKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A row's key as its columns have it; not an instance's key, for the row may be damaged. */
record RowKey(String service, String address, long port) {

    static final RowKey FIRST = new RowKey("", "", 0);

    static RowKey of(InstanceKey key) {
        return new RowKey(Escapes.escape(key.service().text()), key.address().text(), key.port());
    }

    /** Reads the key from the first columns of a row. */
    static RowKey read(ResultSet row) throws SQLException {
        return new RowKey(String.valueOf(row.getString(1)), String.valueOf(row.getString(2)), row.getLong(3));
    }

    void bind(PreparedStatement statement) throws SQLException {
        statement.setString(1, service);
        statement.setString(2, address);
        statement.setLong(3, port);
    }
}
