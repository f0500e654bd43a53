package io.discovery.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** A program that records events as fast as it can, until it is killed. */
final class RecordingProgram {

    private static final int MAX_BYTES = 200_000;

    private RecordingProgram() {}

    /** Records to the file that the first argument names. */
    public static void main(String[] arguments) {
        AuditFile file = new AuditFile(
                        Path.of(arguments[0]),
                        new AuditFile.Rotation(MAX_BYTES, new RotatedFiles.Keep(Duration.ofDays(1), 1_000)),
                        "m:1",
                        new AuditFile.Time(InstantSource.system(), System::nanoTime))
                .begin();
        AuditWriter audit = new AuditWriter(file, new AuditQueue(1_000_000), InstantSource.system(), true);
        while (true) {
            if (audit.whyNoWrites() == null) {
                audit.record(Events.weight("host"));
            }
        }
    }
}
