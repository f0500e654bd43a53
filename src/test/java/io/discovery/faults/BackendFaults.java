package io.discovery.faults;

import io.discovery.history.History;
import io.discovery.history.History.End;
import io.discovery.testing.DynamoDbProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Faults of what is behind the members, and the deaths of all, after which only that is left. */
final class BackendFaults {

    /** The time before the death of all members from which changes may be lost; WRITE_BEHIND_SECONDS is 1. */
    private static final Duration RESTORED_BEFORE = Duration.ofSeconds(2);

    private static final Duration BREATH = Duration.ofMillis(500);
    private static final Duration LATE_ANSWER = Duration.ofMillis(400);
    private static final int REFUSED_EACH_BREATH = 30;

    private final FaultyCluster cluster;
    private final Workload workload;
    private final History history;
    private final @Nullable DynamoDbProxy table;

    /** @param table the way to the table, if there is one */
    BackendFaults(FaultyCluster cluster, Workload workload, History history, @Nullable DynamoDbProxy table) {
        this.cluster = cluster;
        this.workload = workload;
        this.history = history;
        this.table = table;
    }

    /** Lets the table refuse connections, or answer none. */
    void outage(Duration time, Random random) {
        DynamoDbProxy way = Objects.requireNonNull(table);
        if (random.nextBoolean()) {
            way.refuse();
        } else {
            way.freeze();
        }
        Pause.of(time);
        way.restore();
    }

    /** Lets the table have no capacity for many requests, and answer the others late. */
    void overload(Duration time) {
        DynamoDbProxy way = Objects.requireNonNull(table);
        way.slowDown(LATE_ANSWER);
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            way.throttle(DynamoDbProxy.ANY, REFUSED_EACH_BREATH);
            Pause.of(BREATH);
        }
        way.restore();
    }

    /** Kills all members; in half of the cases one earlier, whose file is then older than those of the others. */
    void killAll(int early, Random random) {
        List<Integer> living = new ArrayList<>(cluster.present());
        if (random.nextBoolean()) {
            living.remove((Integer) early);
            cluster.kill(early);
            Pause.of(Duration.ofMillis(1_000 + random.nextInt(3_000)));
        }
        loseAll(living, n -> {}, random);
    }

    /** Kills all members, whose disks lose what was not flushed. */
    void powerFailure(Random random) {
        loseAll(cluster.present(), n -> cluster.disk(n).losePower(), random);
    }

    /**
     * Kills all members that live, lets their disks lose something, and starts all again.
     *
     * @param loss of the disk of each
     */
    private void loseAll(List<Integer> living, IntConsumer loss, Random random) {
        long drained = table == null ? Long.MIN_VALUE : drain(living);
        Pause.of(RESTORED_BEFORE.plusMillis(random.nextInt(2_000)));
        long upTo = table == null ? System.nanoTime() - RESTORED_BEFORE.toNanos() : drained;
        living.forEach(cluster::kill);
        history.add(new End(upTo, System.nanoTime()));
        living.forEach(loss::accept);
        cluster.restartAll(upTo);
    }

    /** Waits until no write waits for the table, which on this machine may be slower than the clients. */
    private long drain(List<Integer> members) {
        workload.readOnly(true);
        long quiet = System.nanoTime();
        cluster.awaitWritten(members);
        workload.readOnly(false);
        return quiet;
    }
}
