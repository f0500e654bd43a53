package io.discovery;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.OutOfMemoryHandler;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when the JVM is out of memory, wherever that surfaces: a member that lives on with a lost thread
 * gives wrong answers. The scripts also pass {@code -XX:+ExitOnOutOfMemoryError}; this is for a plain {@code java -jar}.
 */
final class Fatal {

    private static final int EXIT_CODE = 3;

    private Fatal() {}

    static void install() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endIfFatal(failure);
            LoggerFactory.getLogger(Fatal.class).error("{} ended by a fault", thread.getName(), failure);
        });
        Hazelcast.setOutOfMemoryHandler(new OutOfMemoryHandler() {
            @Override
            public void onOutOfMemory(OutOfMemoryError error, HazelcastInstance[] instances) {
                endIfFatal(error);
            }
        });
    }

    /** Does not return if {@code failure} is an error of the JVM. */
    static void endIfFatal(Throwable failure) {
        if (failure instanceof VirtualMachineError) {
            // As little as possible: there may be no memory for more.
            System.err.println("discovery ends: " + failure);
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
