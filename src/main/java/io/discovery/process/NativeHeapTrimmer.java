package io.discovery.process;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A periodic task that returns native memory to the system once Java has freed it. Loading and compiling classes takes
 * some 20 MB for a moment, most of it at the start, and the C library keeps that for the process: a tenth of what a
 * member at rest takes. The task calls Java's command {@code System.trim_native_heap}; on a Java without it the task
 * does nothing.
 */
public final class NativeHeapTrimmer {

    private static final Logger log = LoggerFactory.getLogger(NativeHeapTrimmer.class);

    private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
    private static final String TRIM = "systemTrimNativeHeap";
    private static final Duration STARTED = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration HARDLY_EVER = Duration.ofDays(1);

    private NativeHeapTrimmer() {}

    /** Starts the task on a thread of its own, for as long as the process lives. */
    public static void keep() {
        new PeriodicTask("discovery-native-memory", STARTED, NativeHeapTrimmer::look);
    }

    private static Duration look() {
        try {
            log.trace("{}", trim());
            return AGAIN;
        } catch (JMException without) {
            log.debug("this Java cannot trim its native heap: {}", without.toString());
            return HARDLY_EVER;
        }
    }

    /** Trims now; returns Java's message. */
    static Object trim() throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName(COMMANDS), TRIM, new Object[0], new String[0]);
    }
}
