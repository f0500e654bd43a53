package io.discovery.clustering;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts of members in a cluster whose other members are not all well, one after the other. A seed decides when and how
 * long.
 */
final class Joins implements AutoCloseable {

    private static final int MEMBERS = 3;
    private static final int LONGEST_START_MILLIS = 4_000;
    private static final int SHORTEST_PAUSE_MILLIS = 500;
    private static final int LONGEST_PAUSE_MILLIS = 5_000;
    /** The member that starts again and again. */
    private static final int JOINER = 2;

    private final Random random;
    private final TestCluster cluster;

    /** Starts a cluster of three. */
    Joins(long seed, Map<String, String> environment) {
        this.random = new Random(seed);
        this.cluster = TestCluster.start(MEMBERS, environment);
    }

    /** The result of a start; the log is kept only if it failed. */
    record Start(int number, int peer, int pausedAtMillis, int pauseMillis, long readyMillis, String failure) {

        boolean isGood() {
            return failure.isEmpty();
        }

        @Override
        public String toString() {
            return "start " + number + ": member " + peer + " stood still for " + pauseMillis + " ms, "
                    + pausedAtMillis + " ms after the begin: "
                    + (isGood() ? "ready after " + readyMillis + " ms" : failure);
        }
    }

    /** Kills a member and starts it again, while another one is stopped for a time. */
    Start start(int number) {
        int peer = number % JOINER;
        int at = random.nextInt(LONGEST_START_MILLIS);
        int pause = random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1);
        cluster.member(JOINER).stop();
        long begin = System.nanoTime();
        MemberProcess joiner = cluster.relaunch(JOINER);
        sleep(Duration.ofMillis(at));
        cluster.member(peer).freeze();
        sleep(Duration.ofMillis(pause));
        cluster.member(peer).thaw();
        String failure = failureOf(joiner, number);
        return new Start(number, peer, at, pause, millisSince(begin), failure);
    }

    private String failureOf(MemberProcess joiner, int number) {
        try {
            cluster.awaitWhole();
            return "";
        } catch (RuntimeException | Error failed) {
            return (joiner.isAlive() ? "not ready" : "ended") + ", its log is " + keepLog(joiner, "start-" + number);
        }
    }

    private static long millisSince(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private static void sleep(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private static Path keepLog(MemberProcess member, String name) {
        Path log = Path.of("target", "joins", name + ".log");
        try {
            Files.createDirectories(log.getParent());
            return Files.writeString(log, member.log());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Starts a number of members at the same moment.
     *
     * @return the members that failed to become one cluster, and the files of their logs; empty if none did
     */
    static String together(int members, int number) {
        long begin = System.nanoTime();
        try (TestCluster cluster = TestCluster.launch(members, Map.of())) {
            try {
                cluster.awaitWhole();
                return "";
            } catch (RuntimeException | Error failed) {
                StringBuilder what = new StringBuilder(
                        "together " + number + ": not one cluster after " + millisSince(begin) + " ms;");
                for (int n = 0; n < members; n++) {
                    MemberProcess member = cluster.member(n);
                    what.append(member.isAlive() ? " alive " : " ENDED ").append(keepLog(member, number + "-" + n));
                }
                return what.toString();
            }
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
