package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The classes of a running member in an archive that Java maps into memory: members that start with it need about half
 * the processor time. A member that starts, serves a little and stops makes the archive, once for a jar.
 */
final class ClassArchive {

    private ClassArchive() {}

    /**
     * Returns the options of Java with which a member uses the archive.
     *
     * @param javaOptions its other options; an archive is good for the same options only
     */
    static List<String> options(Path jar, List<String> javaOptions) {
        Path archive = jar.resolveSibling("classes-" + System.getProperty("java.version") + ".jsa");
        try {
            if (!Files.exists(archive) || isOlder(archive, jar)) {
                Files.deleteIfExists(archive);
                make(jar, archive, javaOptions);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        List<String> options = new ArrayList<>(javaOptions);
        options.add("-XX:SharedArchiveFile=" + archive);
        return options;
    }

    private static boolean isOlder(Path file, Path other) throws IOException {
        return Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(other)) < 0;
    }

    private static void make(Path jar, Path archive, List<String> javaOptions) {
        List<String> options = new ArrayList<>(javaOptions);
        options.add("-XX:ArchiveClassesAtExit=" + archive);
        try (MemberProcess member = MemberProcess.launchWith(jar, options, Map.of())) {
            member.awaitReady();
            member.client().register("archived", "127.0.0.1");
            member.client().hosts("archived");
            member.stop();
        }
    }
}
