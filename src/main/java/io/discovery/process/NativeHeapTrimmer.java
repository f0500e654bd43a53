package io.discovery.process;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has memory beside the heap go back to the system once Java has freed it. To load and compile classes takes some 20 MB for a
 * moment, most of it at the start, and the C library keeps that for the process: a tenth of what a member at rest takes. This is
 * what Java's command {@code System.trim_native_heap} does; a Java without it is left alone.
 */
public final class NativeHeapTrimmer {

    private static final Logger log = LoggerFactory.getLogger(NativeHeapTrimmer.class);

    private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
    private static final String TRIM = "systemTrimNativeHeap";
    private static final Duration STARTED = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration HARDLY_EVER = Duration.ofDays(1);

    private NativeHeapTrimmer() {}

    /** Begins to, on a thread of its own, for as long as the process lives. */
    public static void keep() {
        new PeriodicTask("discovery-native-memory", STARTED, NativeHeapTrimmer::look);
    }

    private static Duration look() {
        try {
            log.trace("{}", trim());
            return AGAIN;
        } catch (JMException without) {
            log.debug("this Java keeps what it has freed beside its heap: {}", without.toString());
            return HARDLY_EVER;
        }
    }

    /** Does it now; answers what Java says of it. */
    static Object trim() throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName(COMMANDS), TRIM, new Object[0], new String[0]);
    }
}
