package io.discovery.member;

import io.discovery.config.Settings;
import io.discovery.directory.Readiness;
import io.discovery.memory.HeapReserve;
import io.discovery.process.HeapMonitor;
import io.discovery.process.PeriodicTask;
import io.discovery.telemetry.Meters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that all floors of a member share while it is assembled, and the steps of its stop. {@link #onStop} and
 * {@link #end} belong to the thread that starts and stops the member.
 */
final class MemberAssembly {

    private static final Logger log = LoggerFactory.getLogger(MemberAssembly.class);

    private final Settings settings;
    private final Readiness readiness = new Readiness();
    private final Meters meters = new Meters();
    private final HeapReserve heap = new HeapReserve(Runtime.getRuntime().maxMemory());
    private final StartCalls calls;
    /** Steps of the stop, the latest first. */
    private final Deque<Runnable> endings = new ArrayDeque<>();

    MemberAssembly(Settings settings) {
        this.settings = settings;
        this.calls = new StartCalls(settings.cluster().join().longestWait());
    }

    /** Begins to measure the process. */
    void begin() {
        onStop(meters::close);
        onStop(HeapMonitor.begin(heap)::close);
        MemberMeters.register(meters, heap);
    }

    Settings settings() {
        return settings;
    }

    Readiness readiness() {
        return readiness;
    }

    Meters meters() {
        return meters;
    }

    HeapReserve heap() {
        return heap;
    }

    /** Returns the calls of the start in which other members take part. */
    StartCalls calls() {
        return calls;
    }

    /** Adds a step of the stop, which runs before all that were added earlier. */
    void onStop(Runnable step) {
        endings.push(step);
    }

    /** Runs a task on a thread of its own until the stop. */
    void every(Duration period, String name, Runnable task) {
        onStop(PeriodicTask.every(period, "discovery-" + name, task)::close);
    }

    /** Runs all steps of the stop; returns whether none failed. */
    boolean end() {
        readiness.enter(Readiness.Phase.DRAINING);
        boolean isInOrder = true;
        while (!endings.isEmpty()) {
            isInOrder &= attempt(endings.pop());
        }
        readiness.enter(Readiness.Phase.STOPPED);
        return isInOrder;
    }

    /** Runs a step of the stop, and returns whether it succeeded; one that fails keeps no other from running. */
    static boolean attempt(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException | LinkageError failed) {
            // An error too: a class is missing if the jar was replaced meanwhile.
            log.warn("a step of the stop failed: {}", failed.toString(), failed);
            return false;
        }
    }
}
