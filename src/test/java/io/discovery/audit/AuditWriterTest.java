package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that writes: many callers, a disk that is full or hangs, the stop. */
@Timeout(60)
class AuditWriterTest extends AuditLogFixture {

    private static final long ROOM = 16 * 1024 * 1024;

    @Test
    void eventsOfManyThreadsAreOneChain() throws InterruptedException {
        int threads = 8;
        int each = 2_000;
        AuditWriter audit = writer(log.open(), ROOM);
        try (Callers callers = new Callers(threads)) {
            callers.each(() -> Events.some(each).forEach(audit::record));
        }
        audit.close();

        log.assertWhole((long) threads * each);
        assertThat(audit.written()).isEqualTo((long) threads * each);
        assertThat(log.files().size()).isGreaterThan(10);
    }

    @Test
    void eventIsWrittenAMomentLater() {
        try (AuditWriter audit = writer(log.open(), ROOM)) {
            audit.record(Events.weight("host-0"));

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(Files.readAllLines(log.path())).hasSize(1));
        }
    }

    @Test
    void stopTellsTheLastHash() {
        try (CapturedLog lines = CapturedLog.of(AuditWriter.class)) {
            AuditWriter audit = writer(log.open(), ROOM);
            audit.record(Events.weight("host-0"));
            audit.close();

            assertThat(lines.messages())
                    .containsExactly("the audit log ends with line 1, whose hash is "
                            + log.check().end().hash());
        }
    }

    @Test
    void fullDiskIsToldOnceAndNothingIsLostWhenItEnds() throws IOException {
        Files.createSymbolicLink(log.path(), Path.of("/dev/full"));
        try (CapturedLog lines = CapturedLog.of(AuditWriter.class)) {
            AuditWriter audit = writer(log.open(), ROOM);
            Events.some(10).forEach(audit::record);
            await().atMost(Duration.ofSeconds(10)).until(audit::isFailing);
            assertThat(audit.whyNoWrites()).isNull();
            audit.record(Events.weight("host-10"));

            Files.delete(log.path());
            await().atMost(Duration.ofSeconds(10)).until(() -> audit.written() == 11);
            await().atMost(Duration.ofSeconds(10)).until(() -> !audit.isFailing());
            audit.close();

            log.assertWhole(11);
            assertThat(lines.messages()).hasSize(3);
            assertThat(lines.messages().get(0)).contains("cannot be written", "No space left on device");
            assertThat(lines.messages().get(1)).contains("written again; 0 events were lost");
        }
    }

    @Test
    void failureIsToldOnceHoweverOftenItIsTriedAgain() {
        BrokenDisk disk = new BrokenDisk(3);
        try (CapturedLog lines = CapturedLog.of(AuditWriter.class)) {
            AuditWriter audit = writer(disk, ROOM);
            audit.record(Events.weight("host-0"));
            await().atMost(Duration.ofSeconds(10)).until(() -> audit.written() == 1);
            audit.close();

            assertThat(lines.messages()).hasSize(3);
            assertThat(lines.messages().get(0)).contains("cannot be written: broken; events wait");
            assertThat(lines.messages().get(1)).contains("written again");
        }
    }

    @Test
    void changesAreRefusedWhileTheDiskIsFullIfSoSet() throws IOException {
        Files.createSymbolicLink(log.path(), Path.of("/dev/full"));
        AuditWriter audit = new AuditWriter(log.open(), new AuditQueue(ROOM), InstantSource.system(), true);
        assertThat(audit.whyNoWrites()).isNull();
        audit.record(Events.weight("host-0"));
        await().atMost(Duration.ofSeconds(10)).until(audit::isFailing);
        assertThat(audit.whyNoWrites()).contains("cannot be written");

        Files.delete(log.path());
        await().atMost(Duration.ofSeconds(10)).until(() -> audit.whyNoWrites() == null);
        audit.close();
        log.assertWhole(1);
    }

    @Test
    void stopWithAFullDiskCountsWhatIsLost() throws IOException {
        Files.createSymbolicLink(log.path(), Path.of("/dev/full"));
        try (CapturedLog lines = CapturedLog.of(AuditWriter.class)) {
            AuditWriter audit = writer(log.open(), ROOM);
            Events.some(10).forEach(audit::record);
            audit.close();

            assertThat(lines.messages()).anyMatch(line -> line.contains("without 10 events"));
        }
    }

    @Test
    void lostEventsHaveALineWhenTheDiskAnswersAgain() throws InterruptedException {
        AuditFile file = log.open();
        HangingDisk disk = new HangingDisk(file);
        AuditWriter audit = new AuditWriter(
                disk, new AuditQueue(100 * Events.weight("host-0").bytes()), InstantSource.system(), true);
        audit.record(Events.weight("host-0"));
        disk.hangs();
        Events.some(500).forEach(audit::record);
        assertThat(audit.whyNoWrites()).contains("behind");

        disk.answers.countDown();
        audit.close();

        ChainCheck.Outcome outcome = log.check();
        assertThat(outcome.fault()).isNull();
        assertThat(outcome.end().seq()).isLessThan(110);
        assertThat(log.files())
                .anySatisfy(each -> assertThat(Files.readString(each))
                        .containsPattern("\"action\": \"lost\".*\"after\": \\{\"events\": \"4[0-9]{2}\"}"));
    }

    @Test
    void stopWaitsNotForADiskThatHangs() throws InterruptedException {
        try (CapturedLog lines = CapturedLog.of(AuditWriter.class)) {
            HangingDisk disk = new HangingDisk(log.open());
            AuditWriter audit = writer(disk, ROOM);
            audit.record(Events.weight("host-0"));
            Thread writing = disk.hangs();

            audit.close();
            writing.join();

            assertThat(lines.messages())
                    .containsExactly("the audit log could not be ended within 5 s; 1 events are lost");
        }
    }

    private AuditWriter writer(AuditSink sink, long room) {
        return new AuditWriter(sink, new AuditQueue(room), InstantSource.system(), false);
    }

    /** A disk that fails some times. */
    private static final class BrokenDisk implements AuditSink {

        private int failuresLeft;

        BrokenDisk(int failures) {
            this.failuresLeft = failures;
        }

        @Override
        public Appended append(List<AuditEvent> events) {
            return failuresLeft-- > 0 ? new Appended(0, new IOException("broken")) : new Appended(events.size(), null);
        }

        @Override
        public @Nullable Exception tend() {
            return null;
        }

        @Override
        public ChainEnd end() {
            return ChainEnd.NONE;
        }

        @Override
        public @Nullable Exception close() {
            return null;
        }
    }

    /** A file on a disk that hangs once. */
    private static final class HangingDisk implements AuditSink {

        private final CompletableFuture<Thread> hanging = new CompletableFuture<>();
        private final CountDownLatch answers = new CountDownLatch(1);
        private final AuditSink file;

        HangingDisk(AuditSink file) {
            this.file = file;
        }

        /** Waits until it hangs. Returns the thread that waits for it. */
        Thread hangs() {
            return hanging.join();
        }

        @Override
        public Appended append(List<AuditEvent> events) {
            hanging.complete(Thread.currentThread());
            try {
                answers.await();
            } catch (InterruptedException interrupted) {
                return new Appended(0, interrupted);
            }
            return file.append(events);
        }

        @Override
        public @Nullable Exception tend() {
            return file.tend();
        }

        @Override
        public ChainEnd end() {
            return file.end();
        }

        @Override
        public @Nullable Exception close() {
            return file.close();
        }
    }

    /** Threads that do the same at the same time. */
    private static final class Callers implements AutoCloseable {

        private final int count;
        private final ExecutorService threads;

        Callers(int count) {
            this.count = count;
            this.threads = Executors.newFixedThreadPool(count);
        }

        void each(Runnable task) throws InterruptedException {
            CountDownLatch done = new CountDownLatch(count);
            for (int i = 0; i < count; i++) {
                threads.execute(() -> {
                    task.run();
                    done.countDown();
                });
            }
            done.await();
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }
}
