package io.discovery.backend.file;

import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file before it is opened: created if it is missing, else checked without changing a byte of it.
 *
 * <p>A new file is created under another name and renamed when it is complete, so that a file of the right name is
 * never half written, and its first bytes always tell which program wrote it. The check reads through connections that
 * cannot write.
 */
final class DatabaseFile {

    static final String FILE = "discovery.db";

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFile.class);

    /** PRAGMA application_id: "DSCV". */
    static final int APPLICATION_ID = 0x44534356;

    /** PRAGMA user_version: raised with each change of the schema that an older program could not use. */
    static final int SCHEMA_VERSION = 1;

    // sqlite.org/fileformat.html, section 1.3
    private static final int HEADER_BYTES = 100;
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int PAGE_SIZE_AT = 16;
    private static final int USER_VERSION_AT = 60;
    private static final int APPLICATION_ID_AT = 68;

    private static final String CLUSTER = "cluster";
    private static final String INSTANCE_KEY = "instance_key";
    private static final String MOVE_AWAY =
            "; move it away to start with an empty one (the other members still hold the registrations), or restore it";

    private final Path file;
    private final Identity identity;

    DatabaseFile(Path file, Identity identity) {
        this.file = file;
        this.identity = identity;
    }

    /**
     * Creates the file, or checks an existing one and leaves it unchanged.
     *
     * @throws UnusableBackendException if it is damaged, or of another program or cluster
     */
    void prepare() throws IOException, SQLException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw unusable("is not a file", MOVE_AWAY);
        }
        if (Files.exists(file) && Files.size(file) > 0) {
            checkHeader();
            checkContent();
        } else if (isFilled(beside("-wal"))) {
            throw unusable(
                    "is missing or empty, but " + beside("-wal") + " holds a part of it",
                    "; put the file back that belongs to it, or remove it to start with an empty one");
        } else {
            create();
        }
    }

    /** Returns whether a directory has the file or its log, unless they are empty or cannot be looked at. */
    static boolean isAnyPartIn(Path directory) {
        try {
            return isFilled(directory.resolve(FILE)) || isFilled(directory.resolve(FILE + "-wal"));
        } catch (IOException hidden) {
            return false;
        }
    }

    Path path() {
        return file;
    }

    /**
     * Returns the identity of this file, which differs for another one put in its place; null if there is none, or its
     * file system has none.
     */
    @Nullable
    Object key() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException missing) {
            return null;
        }
    }

    /** Returns the URL of the file for the driver. */
    String url(String parameters) {
        return url(file, parameters);
    }

    /** Returns a URL, because in a plain name a question mark would end it. */
    private static String url(Path file, String parameters) {
        return "jdbc:sqlite:file:" + file.toAbsolutePath().toUri().getRawPath() + "?" + parameters;
    }

    private void checkHeader() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(firstBytes());
        if (header.limit() < HEADER_BYTES || header.mismatch(ByteBuffer.wrap(MAGIC)) != MAGIC.length) {
            throw unusable("is not an SQLite database", MOVE_AWAY);
        }
        int application = header.getInt(APPLICATION_ID_AT);
        if (application != APPLICATION_ID) {
            throw unusable(
                    String.format(
                            "is an SQLite database of another program: application_id 0x%08x, expected 0x%08x",
                            application, APPLICATION_ID),
                    MOVE_AWAY);
        }
        int version = header.getInt(USER_VERSION_AT);
        if (version != SCHEMA_VERSION) {
            throw unusable(
                    "has schema " + version + " (user_version), expected " + SCHEMA_VERSION,
                    version > SCHEMA_VERSION
                            ? ": a newer release wrote it; run that one, or move the file away"
                            : MOVE_AWAY);
        }
        checkLength(header);
    }

    /**
     * Checks for a truncated file: SQLite takes the missing end of the last page for zeros. With a log beside the file,
     * the page is in the log.
     */
    private void checkLength(ByteBuffer header) throws IOException {
        int pageSize = header.getShort(PAGE_SIZE_AT) & 0xffff;
        if (pageSize > 1 && Files.size(file) % pageSize != 0 && !isFilled(beside("-wal"))) {
            throw unusable("is damaged: its last page is cut off", MOVE_AWAY);
        }
    }

    private byte[] firstBytes() throws IOException {
        try (var input = Files.newInputStream(file)) {
            return input.readNBytes(HEADER_BYTES);
        }
    }

    /** Checks for damage first: a damaged file can have any cluster's name in it. */
    private void checkContent() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(url(readOnly()));
                Statement statement = connection.createStatement()) {
            String found = firstText(statement, "PRAGMA quick_check(1)");
            if (!"ok".equals(found)) {
                throw unusable("is damaged: " + found, MOVE_AWAY);
            }
            checkIdentity(connection);
        } catch (SQLException failure) {
            if (Failures.isDamage(failure)) {
                throw unusable("is damaged: " + failure.getMessage(), MOVE_AWAY);
            }
            throw failure;
        }
    }

    /**
     * Returns the mode for reading. Without a log beside it, the file is complete: read as immutable, SQLite creates
     * nothing beside it. After a kill the log is part of the content; reading it creates an index of it, which is not
     * content.
     */
    private String readOnly() throws IOException {
        return isFilled(beside("-wal")) || isFilled(beside("-journal")) ? "mode=ro" : "mode=ro&immutable=1";
    }

    /**
     * Checks the identity.
     *
     * @throws UnusableBackendException if the rows are another cluster's, or identified in another way
     */
    void checkIdentity(Connection connection) throws SQLException {
        Map<String, String> meta = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name, value FROM meta")) {
            while (rows.next()) {
                meta.put(rows.getString(1), Escapes.unescape(rows.getString(2)));
            }
        }
        check("CLUSTER_NAME", meta.get(CLUSTER), identity.cluster());
        check("INSTANCE_KEY", meta.get(INSTANCE_KEY), identity.instanceKey());
    }

    /** Adds the column that a file of an earlier version lacks; its rows stay as they are. */
    void upgrade(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String columns = "SELECT count(*) FROM pragma_table_info('registration') WHERE name = 'additions'";
            if (firstText(statement, columns).equals("0")) {
                statement.executeUpdate(Row.ADD_ADDITIONS);
                LOG.info("{}: added the column additions to a table of an earlier version", file);
            }
        }
    }

    private void check(String setting, @Nullable String found, String expected) {
        if (!expected.equals(found)) {
            throw unusable(
                    "was written with " + setting + " " + found + ", expected " + expected,
                    "; set " + setting + " to what the file has, or APPLICATION_DIR to another directory, or move the"
                            + " file away");
        }
    }

    private void create() throws IOException, SQLException {
        Path unfinished = beside(".new");
        for (String suffix : new String[] {"", "-journal", "-wal", "-shm"}) {
            Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + suffix));
        }
        try (Connection connection = DriverManager.getConnection(url(unfinished, "mode=rwc"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
            statement.executeUpdate("PRAGMA user_version = " + SCHEMA_VERSION);
            statement.executeUpdate("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
            statement.executeUpdate(Row.TABLE);
            insertMeta(connection, CLUSTER, identity.cluster());
            insertMeta(connection, INSTANCE_KEY, identity.instanceKey());
            firstText(statement, "PRAGMA journal_mode = WAL");
        }
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        flushNames();
    }

    /**
     * Flushes the directory: until then the disk has the file, but not its name. Not every system can open a directory.
     */
    private void flushNames() {
        try (FileChannel names = FileChannel.open(file.toAbsolutePath().getParent())) {
            names.force(true);
        } catch (IOException notHere) {
            LOG.warn("{}: the directory cannot be flushed to the disk: {}", file, notHere.toString());
        }
    }

    private static void insertMeta(Connection connection, String name, String value) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO meta (name, value) VALUES (?, ?)")) {
            insert.setString(1, name);
            insert.setString(2, Escapes.escape(value));
            insert.executeUpdate();
        }
    }

    private static String firstText(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static boolean isFilled(Path path) throws IOException {
        return Files.exists(path) && Files.size(path) > 0;
    }

    private UnusableBackendException unusable(String found, String remedy) {
        return new UnusableBackendException(file + " " + found + remedy);
    }
}
