package io.discovery.audit;

import io.discovery.process.PeriodicTask;
import io.discovery.telemetry.Meters;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log of a member that has one: a queue, and a thread that writes the events in it. After a failure events
 * wait, as many as there is room for, and the write is tried again each second.
 */
final class AuditWriter implements AuditLog {

    private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final AuditSink sink;
    private final AuditQueue queue;
    private final InstantSource clock;
    private final boolean refusesWrites;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final PeriodicTask task;
    private volatile boolean stopping;
    /** True once the stop waits for the thread no longer: what it did not write is lost, and that has been told. */
    private volatile boolean abandoned;

    private volatile boolean failing;
    private final AtomicLong written = new AtomicLong();

    /**
     * Starts the thread.
     *
     * @param refusesWrites whether changes are to be refused while events cannot be written
     */
    AuditWriter(AuditSink sink, AuditQueue queue, InstantSource clock, boolean refusesWrites) {
        this.sink = sink;
        this.queue = queue;
        this.clock = clock;
        this.refusesWrites = refusesWrites;
        this.task = new PeriodicTask("discovery-audit", PERIOD, this::run);
    }

    AuditWriter register(Meters meters) {
        meters.counter("discovery.audit.written", this::written);
        meters.counter("discovery.audit.lost", queue::lost);
        meters.gauge("discovery.audit.waiting", queue::size);
        meters.gauge("discovery.audit.failing", () -> failing ? 1 : 0);
        return this;
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public void record(AuditEvent event) {
        if (queue.add(event)) {
            task.nudge();
        }
    }

    @Override
    public @Nullable String whyNoWrites() {
        if (refusesWrites && failing) {
            return "the audit log cannot be written, and this member takes no change without it";
        }
        if (refusesWrites && queue.isCrowded()) {
            return "the audit log is behind, and this member takes no change without it";
        }
        return null;
    }

    /** Returns the number of events written so far. */
    long written() {
        return written.get();
    }

    boolean isFailing() {
        return failing;
    }

    private Duration run() {
        if (ended.getCount() == 0) {
            return PERIOD;
        }
        boolean isLast = stopping;
        Exception failure = write();
        if (abandoned) {
            return PERIOD;
        }
        tell(failure);
        if (isLast) {
            end();
        }
        return PERIOD;
    }

    /** Writes until no event waits, or until a failure, which it returns. */
    private @Nullable Exception write() {
        List<AuditEvent> events = queue.next(clock.instant());
        while (!events.isEmpty()) {
            AuditSink.Appended appended = sink.append(events);
            queue.written(appended.events());
            written.addAndGet(appended.events());
            if (appended.failure() != null) {
                return appended.failure();
            }
            events = queue.next(clock.instant());
        }
        return sink.tend();
    }

    private void tell(@Nullable Exception failure) {
        if (failure != null && !failing) {
            log.error(
                    "the audit log cannot be written: {}; events wait, as many as there is room for, and it is tried again"
                            + " each second",
                    reason(failure));
        } else if (failure == null && failing) {
            log.info("the audit log is written again; {} events were lost since the start", queue.lost());
        }
        failing = failure != null;
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        return failure instanceof FileSystemException || message == null ? failure.toString() : message;
    }

    private void end() {
        int left = queue.close();
        Exception failure = sink.close();
        if (left > 0 || failure != null) {
            log.error(
                    "the audit log ends without {} events that could not be written{}",
                    left,
                    failure == null ? "" : ", and its last lines may not be on the disk: " + reason(failure));
        }
        log.info(
                "the audit log ends with line {}, whose hash is {}",
                sink.end().seq(),
                sink.end().hash());
        ended.countDown();
    }

    @Override
    public void close() {
        stopping = true;
        task.nudge();
        try {
            if (!ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                abandoned = true;
                log.error(
                        "the audit log could not be ended within {} s; {} events are lost",
                        PATIENCE.toSeconds(),
                        queue.close());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        task.close();
    }
}
