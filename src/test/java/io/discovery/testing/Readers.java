package io.discovery.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Well-behaved clients that read one service, each on one connection that it keeps. */
public final class Readers {

    private static final int CLIENTS = 2;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private final CountDownLatch begun = new CountDownLatch(CLIENTS);

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
            return last < 0
                    ? Double.NaN
                    : sortedNanos.get((int) Math.min(last, Math.floor(sortedNanos.size() * share))) / 1e6;
        }

        @Override
        public String toString() {
            return String.format(
                    "%d reads, p50 %.1f ms, p99 %.1f ms, longest %.1f ms",
                    sortedNanos.size(), percentile(0.5), percentile(0.99), percentile(1));
        }
    }

    public static Result during(int port, String service, Duration time) {
        return during(Door.plain(port), service, time);
    }

    public static Result during(Door door, String service, Duration time) {
        return during(door, service, time, () -> {});
    }

    /** @param meanwhile runs as soon as each client has its first answer */
    public static Result during(Door door, String service, Duration time, Runnable meanwhile) {
        Readers readers = new Readers();
        long end = System.nanoTime() + time.toNanos();
        CompletableFuture<Void> beside = CompletableFuture.runAsync(() -> {
            readers.awaitFirstAnswers();
            meanwhile.run();
        });
        Result result = readers.run(() -> readers.readOn(door, service, end));
        beside.join();
        return result;
    }

    private void awaitFirstAnswers() {
        try {
            begun.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has each read on a connection of its own, which counts as part of it. */
    public static Result arriving(Door door, String service, Duration time) {
        Readers readers = new Readers();
        long end = System.nanoTime() + time.toNanos();
        return readers.run(() -> {
            while (System.nanoTime() - end < 0) {
                readers.readOnce(door, service);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        });
    }

    private Result run(Runnable client) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread thread = new Thread(client, "reader-" + i);
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
        return new Result(nanos.stream().sorted().toList(), List.copyOf(failures));
    }

    private static byte[] request(String service) {
        return ("GET /v1/registration/" + service + " HTTP/1.1\r\nHost: discovery\r\n\r\n").getBytes(US_ASCII);
    }

    private void readOnce(Door door, String service) {
        long start = System.nanoTime();
        try (Socket socket = door.connect()) {
            socket.getOutputStream().write(request(service));
            count(RawHttp.read(new BufferedInputStream(socket.getInputStream()), false), start);
        } catch (IOException broken) {
            failures.add("%s after %d ms"
                    .formatted(
                            broken, Duration.ofNanos(System.nanoTime() - start).toMillis()));
        }
    }

    /** Returns whether the answer is the one that readers want. */
    private boolean count(RawHttp.Answer answer, long start) {
        if (answer.code() == 200) {
            nanos.add(System.nanoTime() - start);
            return true;
        }
        failures.add("answered with '" + answer.status() + "'");
        return false;
    }

    private void readOn(Door door, String service, long end) {
        try {
            readUntil(door, service, end);
        } finally {
            // Who has failed has no first answer.
            for (int i = 0; i < CLIENTS; i++) {
                begun.countDown();
            }
        }
    }

    private void readUntil(Door door, String service, long end) {
        byte[] request = request(service);
        try (Socket socket = door.connect()) {
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            boolean isFirst = true;
            while (System.nanoTime() - end < 0) {
                long start = System.nanoTime();
                socket.getOutputStream().write(request);
                if (!count(RawHttp.read(in, false), start)) {
                    return;
                }
                if (isFirst) {
                    isFirst = false;
                    begun.countDown();
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException broken) {
            failures.add(broken.toString());
        }
    }
}
