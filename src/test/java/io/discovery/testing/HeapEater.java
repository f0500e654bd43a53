package io.discovery.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A Java agent that takes all of the heap of its process as soon as a file exists. */
public final class HeapEater {

    private static final int BITE = 64 << 10;

    private HeapEater() {}

    /** Starts the agent; Java calls it. */
    public static void premain(String file) {
        Thread eater = new Thread(() -> eat(Path.of(file)), "heap-eater");
        eater.setDaemon(true);
        eater.start();
    }

    private static void eat(Path file) {
        while (!Files.exists(file)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        List<byte[]> eaten = new ArrayList<>();
        while (Files.exists(file)) {
            eaten.add(new byte[BITE]);
        }
        throw new IllegalStateException("the file went after " + eaten.size() + " bites");
    }

    /** Returns the option of Java that loads the agent, whose jar is written into {@code dir}. */
    public static String option(Path dir, Path file) throws IOException {
        return AgentJar.option(HeapEater.class, dir, file);
    }
}
