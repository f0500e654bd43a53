package io.discovery.process;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.OutOfMemoryHandler;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * A handler that ends the process when the JVM is out of memory, wherever that surfaces: a member that lives on with a
 * lost thread gives wrong answers. The scripts also pass {@code -XX:+ExitOnOutOfMemoryError}; this class is for a plain
 * {@code java -jar}.
 */
public final class FatalErrorHandler {

    private static final int EXIT_CODE = 3;
    /** Created before the error, when there is memory for it. */
    private static final byte[] LAST_WORDS = "discovery ends: ".getBytes(StandardCharsets.US_ASCII);

    private static final Runtime RUNTIME = Runtime.getRuntime();

    private FatalErrorHandler() {}

    public static void install() {
        // Links the classes that endIfFatal needs, while there is memory.
        endIfFatal(new IllegalStateException("no error of the JVM"));
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endIfFatal(failure);
            LoggerFactory.getLogger(FatalErrorHandler.class)
                    .error("an uncaught exception ended the thread {}", thread.getName(), failure);
        });
        Hazelcast.setOutOfMemoryHandler(new OutOfMemoryHandler() {
            @Override
            public void onOutOfMemory(OutOfMemoryError error, HazelcastInstance[] instances) {
                endIfFatal(error);
            }
        });
    }

    /** Halts the process if {@code failure} is an error of the JVM. */
    public static void endIfFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError) {
            try {
                System.err.write(LAST_WORDS, 0, LAST_WORDS.length);
                System.err.println(failure);
            } finally {
                // Also if there is no memory for the message.
                RUNTIME.halt(EXIT_CODE);
            }
        }
    }
}
