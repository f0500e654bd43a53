package io.discovery.testing;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Hosts of one service that report to one member, from a few clients, at a pace. */
public final class Heartbeats {

    private static final int CLIENTS = 4;

    private final TestClient member;
    private final String service;
    private final int hosts;
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();

    private Heartbeats(TestClient member, String service, int hosts) {
        this.member = member;
        this.service = service;
        this.hosts = hosts;
    }

    /**
     * The results of the clients.
     *
     * @param answered with 200
     * @param failures what else they got
     * @param slowest of each hundred the slowest: the 99th percentile
     * @param took from the first report to the last
     */
    public record Result(int answered, List<String> failures, Duration slowest, Duration took) {}

    /** Lets each host report a number of times, an interval apart, the hosts one after the other within it. */
    public static Result paced(TestClient member, String service, int hosts, Duration interval, int rounds) {
        Heartbeats heartbeats = new Heartbeats(member, service, hosts);
        return heartbeats.run(interval.dividedBy(hosts), n -> n < hosts * rounds);
    }

    /** Lets hosts report one after the other, a pause between two reports, until the time is up. */
    public static Result during(TestClient member, String service, int hosts, Duration pause, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return new Heartbeats(member, service, hosts).run(pause, n -> System.nanoTime() - end < 0);
    }

    /** Returns the address of host {@code n}. */
    public static String address(int n) {
        return "127.30." + n / 250 + "." + (1 + n % 250);
    }

    /** Lets one of the clients send report n, n pauses after the start, or later if the clients do not keep up. */
    private Result run(Duration pause, IntPredicate goesOn) {
        long start = System.nanoTime();
        IntConsumer client = first -> {
            for (int n = first; goesOn.test(n); n += CLIENTS) {
                sleepUntil(start + n * pause.toNanos());
                report(n % hosts);
            }
        };
        List<Thread> clients = new ArrayList<>();
        for (int i : IntStream.range(0, CLIENTS).toArray()) {
            clients.add(new Thread(() -> client.accept(i), "heartbeats-" + i));
        }
        clients.forEach(Thread::start);
        clients.forEach(Heartbeats::join);
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(
                sorted.length,
                List.copyOf(failures),
                Duration.ofNanos(sorted.length == 0 ? 0 : sorted[sorted.length * 99 / 100]),
                Duration.ofNanos(System.nanoTime() - start));
    }

    private void report(int host) {
        long start = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    member.post("/v1/registration/" + service, TestClient.registration(Map.of("ip", address(host))));
            if (answer.statusCode() == 200) {
                nanos.add(System.nanoTime() - start);
            } else {
                failures.add(answer.statusCode() + " " + answer.body());
            }
        } catch (UncheckedIOException broken) {
            failures.add(broken.toString());
        }
    }

    private static void sleepUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
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
