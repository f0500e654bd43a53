package io.discovery.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** The version of the program before this one, which {@code ./scripts/check-upgrade} builds. */
public final class VersionBefore {

    /** The system property that names the jar. */
    public static final String PROPERTY = "faults.before";

    private VersionBefore() {}

    /**
     * Returns its jar.
     *
     * @throws IllegalStateException if there is none
     */
    public static Path jar() {
        Path jar = Path.of(System.getProperty(PROPERTY, "")).toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("given -D" + PROPERTY + "=" + System.getProperty(PROPERTY)
                    + ", expected the jar of a version before");
        }
        return jar;
    }
}
