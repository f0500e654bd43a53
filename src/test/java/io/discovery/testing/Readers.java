package io.discovery.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Well-behaved clients that read one service, each on one connection that it keeps. */
public final class Readers {

    private static final int CLIENTS = 2;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private Readers() {}

    /**
     * The results of the clients.
     *
     * @param sortedNanos the duration of each answer with 200
     * @param failures the other answers
     */
    public record Result(List<Long> sortedNanos, List<String> failures) {

        public Result {
            sortedNanos = List.copyOf(sortedNanos);
            failures = List.copyOf(failures);
        }

        /** Returns a percentile in milliseconds. */
        public double percentile(double share) {
            int last = sortedNanos.size() - 1;
            return sortedNanos.get((int) Math.min(last, Math.floor(sortedNanos.size() * share))) / 1e6;
        }

        @Override
        public String toString() {
            return String.format(
                    "%d reads, p50 %.1f ms, p99 %.1f ms, longest %.1f ms",
                    sortedNanos.size(), percentile(0.5), percentile(0.99), percentile(1));
        }
    }

    public static Result during(int port, String service, Duration time) {
        Readers readers = new Readers();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread thread = new Thread(() -> readers.run(port, service, end), "reader-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return new Result(readers.nanos.stream().sorted().toList(), List.copyOf(readers.failures));
    }

    private void run(int port, String service, long end) {
        byte[] request =
                ("GET /v1/registration/" + service + " HTTP/1.1\r\nHost: discovery\r\n\r\n").getBytes(US_ASCII);
        try (Socket socket = RawHttp.connect(port)) {
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            while (System.nanoTime() - end < 0) {
                long start = System.nanoTime();
                socket.getOutputStream().write(request);
                RawHttp.Answer answer = RawHttp.read(in, false);
                if (answer.code() == 200) {
                    nanos.add(System.nanoTime() - start);
                } else {
                    failures.add("answered with '" + answer.status() + "'");
                    return;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException broken) {
            failures.add(broken.toString());
        }
    }
}
