package io.discovery.backend.file;

import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SQLite's native library, which its driver unpacks into a folder before it loads it, once in the life of a process.
 * The folder is in the member's directory unless the user sets another, so a read-only temporary folder does no harm.
 */
final class NativeLibrary {

    static final String FOLDER = "native";

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    /** The driver's setting for the folder. */
    private static final String FOLDER_PROPERTY = "org.sqlite.tmpdir";

    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library unless it is loaded. The caller has locked the directory, so a process that has ended left
     * every copy in the folder. (The driver removes its copy when the process exits; after a kill it takes the copy's
     * own lock file for a sign of life, so copies would pile up.)
     *
     * @throws UnusableBackendException if it cannot be unpacked or loaded
     */
    static synchronized void load(Path directory) {
        if (loaded) {
            return;
        }
        String chosen = System.getProperty(FOLDER_PROPERTY);
        Path folder = chosen == null ? directory.resolve(FOLDER) : Path.of(chosen);
        try {
            if (chosen == null) {
                Files.createDirectories(folder);
                removeLeftovers(folder);
                System.setProperty(FOLDER_PROPERTY, folder.toAbsolutePath().toString());
            }
            DriverManager.getConnection("jdbc:sqlite::memory:").close();
            loaded = true;
        } catch (IOException | SQLException | LinkageError failure) {
            throw new UnusableBackendException(
                    "SQLite's native library cannot be unpacked to and loaded from " + folder
                            + "; the folder must be writable and on a disk with space that is not mounted noexec."
                            + " Another folder can be named with -D" + FOLDER_PROPERTY + "=… (" + failure + ")",
                    failure);
        } finally {
            if (chosen == null) {
                System.clearProperty(FOLDER_PROPERTY);
            }
        }
    }

    private static void removeLeftovers(Path folder) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, "sqlite-*")) {
            for (Path leftover : leftovers) {
                remove(leftover);
            }
        }
    }

    private static void remove(Path leftover) {
        try {
            Files.deleteIfExists(leftover);
        } catch (IOException undeletable) {
            LOG.warn("{} of an earlier run cannot be removed", leftover, undeletable);
        }
    }
}
