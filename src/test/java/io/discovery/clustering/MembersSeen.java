package io.discovery.clustering;

import io.discovery.testing.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Looks again and again at how many members each member of a cluster sees, and notes when it is not all of them. */
final class MembersSeen implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final TestCluster cluster;
    private final ReentrantLock looking = new ReentrantLock();
    private final Queue<String> missing = new ConcurrentLinkedQueue<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "members-seen");
    private volatile boolean stopped;

    private MembersSeen(TestCluster cluster) {
        this.cluster = cluster;
    }

    static MembersSeen by(TestCluster cluster) {
        MembersSeen seen = new MembersSeen(cluster);
        seen.thread.start();
        return seen;
    }

    /** Looks away while members go and come; the cluster is whole at the end. */
    void during(Runnable restart) {
        looking.lock();
        try {
            restart.run();
        } finally {
            looking.unlock();
        }
    }

    private void run() {
        while (!stopped) {
            looking.lock();
            try {
                for (int n = 0; n < cluster.size(); n++) {
                    double members = cluster.client(n).metric("discovery_members");
                    if (members != cluster.size()) {
                        missing.add("member " + n + " sees " + members);
                    }
                }
                looks.incrementAndGet();
            } catch (RuntimeException | AssertionError failed) {
                missing.add(failed.toString());
            } finally {
                looking.unlock();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    List<String> missing() {
        return List.copyOf(missing);
    }

    int looks() {
        return looks.get();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(20).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
