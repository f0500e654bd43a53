package io.discovery.tls;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one side of connections proves itself by, in files that may change.
 *
 * @param <T> what new connections use
 */
public interface TlsSource<T extends TlsSource.Material> {

    /** Returns the files; log lines name the first. */
    List<Path> files();

    /**
     * Reads the files and checks that they fit together. Blocks, for up to a second.
     *
     * @throws TlsException if they cannot be used
     */
    T read();

    /** The content of files that fit together. */
    interface Material {

        /** Returns the time after which peers refuse this side; empty if they never do because of the time. */
        Optional<Instant> expires();
    }
}
