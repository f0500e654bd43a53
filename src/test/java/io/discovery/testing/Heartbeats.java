package io.discovery.testing;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Hosts of one service that report to one member, one after the other, from a few clients at a time, for a while. */
public final class Heartbeats {

    private static final int CLIENTS = 4;

    private Heartbeats() {}

    /**
     * What the clients saw.
     *
     * @param answered with 200
     * @param failures what else they got
     * @param slowest of each hundred the slowest: the 99th percentile
     */
    public record Result(int answered, List<String> failures, Duration slowest) {}

    /** Reports for {@code hosts} hosts, round after round, a pause between two reports of a client, until time is up. */
    public static Result run(TestClient member, String service, int hosts, Duration pause, Duration time) {
        AtomicInteger next = new AtomicInteger();
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        List<String> failures = new CopyOnWriteArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(() -> {
                while (System.nanoTime() - end < 0) {
                    report(member, service, next.getAndIncrement() % hosts, nanos, failures);
                    pause(pause);
                }
            });
            clients.add(client);
            client.start();
        }
        clients.forEach(Heartbeats::join);
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(
                sorted.length,
                List.copyOf(failures),
                Duration.ofNanos(sorted.length == 0 ? 0 : sorted[sorted.length * 99 / 100]));
    }

    /** The address of host {@code n}. */
    public static String address(int n) {
        return "127.30." + n / 250 + "." + (1 + n % 250);
    }

    private static void report(
            TestClient member, String service, int n, ConcurrentLinkedQueue<Long> nanos, List<String> failures) {
        long start = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    member.post("/v1/registration/" + service, TestClient.registration(Map.of("ip", address(n))));
            if (answer.statusCode() == 200) {
                nanos.add(System.nanoTime() - start);
            } else {
                failures.add(answer.statusCode() + " " + answer.body());
            }
        } catch (UncheckedIOException broken) {
            failures.add(broken.toString());
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
