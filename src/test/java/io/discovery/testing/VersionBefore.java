package io.discovery.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The version of the program before this one, which {@code ./scripts/check-upgrade} and others build. */
public final class VersionBefore {

    /** The system property that names its commit. */
    public static final String PROPERTY = "faults.before";

    private VersionBefore() {}

    /** Returns its commit; nothing if this run has no version before. */
    public static Optional<String> commit() {
        return Optional.of(System.getProperty(PROPERTY, "")).filter(commit -> !commit.isEmpty());
    }

    /**
     * Returns its jar.
     *
     * @throws IllegalStateException if there is none
     */
    public static Path jar() {
        String commit = commit().orElseThrow(() ->
                new IllegalStateException("a version before is missing: expected -D" + PROPERTY + "=COMMIT"));
        Path jar = Path.of("target", "versions", commit, "discovery.jar").toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("given -D" + PROPERTY + "=" + commit + ", expected its program at " + jar);
        }
        return jar;
    }
}
