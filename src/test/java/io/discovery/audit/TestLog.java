package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** An audit log in a folder, with a clock that a test moves. */
final class TestLog {

    private final Path folder;
    private final Path path;
    private volatile Instant now = Instant.parse("2026-11-27T10:00:00Z");

    TestLog(Path folder) {
        this.folder = folder;
        this.path = folder.resolve("audit.log");
    }

    Path path() {
        return path;
    }

    void setClock(String time) {
        now = Instant.parse(time);
    }

    Instant now() {
        return now;
    }

    AuditFile.Time time() {
        return new AuditFile.Time(() -> now, System::nanoTime);
    }

    /** Opens the file as a member does that starts. */
    AuditFile open() {
        return open(100_000, new RotatedFiles.Keep(Duration.ofDays(30), 1_000));
    }

    AuditFile open(long maxBytes, RotatedFiles.Keep keep) {
        return new AuditFile(path, new AuditFile.Rotation(maxBytes, keep), "m:1", time()).begin();
    }

    /** Appends events one by one, and expects that each is written. */
    static void append(AuditSink file, int count) {
        Events.some(count).forEach(event -> appendOne(file, event));
    }

    static void appendOne(AuditSink file, AuditEvent event) {
        assertThat(file.append(List.of(event))).isEqualTo(new AuditSink.Appended(1, null));
    }

    /** Returns all files of the log, the oldest first. */
    List<Path> files() {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> rotated = all.filter(
                            file -> file.getFileName().toString().startsWith("audit.log."))
                    .sorted()
                    .toList();
            return Stream.concat(rotated.stream(), Stream.of(path).filter(Files::exists))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    ChainCheck.Outcome check() {
        return check(files());
    }

    static ChainCheck.Outcome check(List<Path> files) {
        try {
            return ChainCheck.of(files);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Expects a whole chain of so many lines from the first one. */
    ChainCheck.Outcome assertWhole(long lines) {
        ChainCheck.Outcome outcome = check();
        assertThat(outcome.fault()).isNull();
        assertThat(outcome.firstSeq()).isEqualTo(1);
        assertThat(outcome.end().seq()).isEqualTo(lines);
        return outcome;
    }
}
