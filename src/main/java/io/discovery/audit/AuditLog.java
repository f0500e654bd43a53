package io.discovery.audit;

import io.discovery.config.Settings;
import io.discovery.telemetry.Meters;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The audit log of a member, as the code sees it that serves requests. Callers record each change and each refusal, and
 * leave out heartbeats that change nothing. Thread-safe; {@link #record} and {@link #whyNoWrites} never block.
 */
public interface AuditLog extends AutoCloseable {

    /** Maximum of the bytes of events that wait to be written. */
    long MOST_WAITING = 16 * 1024 * 1024;
    /** Part of the heap that they take at most. */
    int HEAP_SHARE = 64;

    /** The audit log of a member without one. */
    AuditLog OFF = new AuditLog() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void record(AuditEvent event) {}

        @Override
        public @Nullable String whyNoWrites() {
            return null;
        }

        @Override
        public void close() {}
    };

    /**
     * Begins the audit log of a member that starts.
     *
     * @param member name of the member in each line
     * @throws UnusableAuditLogException if the operator has to name another file, or to mend this one
     */
    static AuditLog begin(Settings.Audit settings, String member, Meters meters) {
        return switch (settings.target()) {
            case OFF -> OFF;
            case LOG -> begin(settings, new LogSink(member), meters);
            case FILE -> begin(settings, file(settings, member), meters);
        };
    }

    private static AuditLog begin(Settings.Audit settings, AuditSink sink, Meters meters) {
        AuditQueue queue =
                new AuditQueue(Math.min(MOST_WAITING, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
        boolean refuses = settings.onFailure() == Settings.AuditOnFailure.REFUSE;
        return new AuditWriter(sink, queue, InstantSource.system(), refuses).register(meters);
    }

    private static AuditFile file(Settings.Audit settings, String member) {
        AuditFile.Rotation rotation = new AuditFile.Rotation(
                settings.maxBytes(), new RotatedFiles.Keep(settings.keepAge(), settings.keepFiles()));
        AuditFile.Time time = new AuditFile.Time(InstantSource.system(), System::nanoTime);
        return new AuditFile(AuditFile.resolved(settings.file()), rotation, member, time).begin();
    }

    /** Returns whether events go anywhere; if not, callers need not make them. */
    boolean isOn();

    /** Takes an event, which is written a moment later; it is lost, and counted, if too many wait already. */
    void record(AuditEvent event);

    /**
     * Returns why a change must be refused: with AUDIT_ON_FAILURE=refuse, as long as events cannot be written. Otherwise
     * null.
     */
    @Nullable
    String whyNoWrites();

    /** Writes the events that wait, within some seconds, and ends. */
    @Override
    void close();
}
