package io.discovery.process;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.OutOfMemoryHandler;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when the JVM is out of memory, wherever that surfaces: a member that lives on with a lost thread
 * gives wrong answers. The scripts also pass {@code -XX:+ExitOnOutOfMemoryError}; this is for a plain {@code java -jar}.
 */
public final class FatalErrorHandler {

    private static final int EXIT_CODE = 3;
    /** Made now, as all that the end needs: it may come when there is no memory. */
    private static final byte[] LAST_WORDS = "discovery ends: ".getBytes(StandardCharsets.US_ASCII);

    private static final Runtime RUNTIME = Runtime.getRuntime();

    private FatalErrorHandler() {}

    public static void install() {
        // Links the classes that endIfFatal asks for, while there is memory.
        endIfFatal(new IllegalStateException("no error of the JVM"));
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endIfFatal(failure);
            LoggerFactory.getLogger(FatalErrorHandler.class).error("{} ended by a fault", thread.getName(), failure);
        });
        Hazelcast.setOutOfMemoryHandler(new OutOfMemoryHandler() {
            @Override
            public void onOutOfMemory(OutOfMemoryError error, HazelcastInstance[] instances) {
                endIfFatal(error);
            }
        });
    }

    /** Does not return if {@code failure} is an error of the JVM. */
    public static void endIfFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError) {
            try {
                System.err.write(LAST_WORDS, 0, LAST_WORDS.length);
                System.err.println(failure);
            } finally {
                // Whatever happens: there may be no memory for the words.
                RUNTIME.halt(EXIT_CODE);
            }
        }
    }
}
