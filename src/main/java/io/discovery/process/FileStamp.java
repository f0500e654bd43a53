package io.discovery.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The marks by which one content of a file differs from another, without reading it.
 *
 * @param file the system's id of the file, if it has one
 */
public record FileStamp(@Nullable Object file, long size, Instant modified) {

    /** Returns the stamp of a file; that of a file that is not there differs from all others. */
    public static FileStamp of(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new FileStamp(
                    attributes.fileKey(),
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant());
        } catch (IOException gone) {
            return new FileStamp(null, 0, Instant.EPOCH);
        }
    }
}
