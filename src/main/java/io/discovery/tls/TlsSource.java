package io.discovery.tls;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * What one side of connections proves itself by, in files that may change.
 *
 * @param <T> what new connections use
 */
public interface TlsSource<T extends TlsSource.Material> {

    /** Returns the files. */
    List<Path> files();

    /**
     * Reads the files and checks that they fit together. Blocks, for up to a second.
     *
     * @param clock by which revocation lists begin and end, from now on
     * @throws TlsException if they cannot be used
     */
    T read(InstantSource clock);

    /** The content of files that fit together. */
    interface Material {

        /** Returns the ends of what the files hold, as it is at a time; none if nothing in them has an end. */
        List<Expiry> expiries(Instant now);
    }
}
