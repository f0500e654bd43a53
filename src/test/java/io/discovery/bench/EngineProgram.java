package io.discovery.bench;

import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.OldestMemberClock;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.model.Change;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.registry.Clock;
import io.discovery.store.hazelcast.HazelcastStore;
import io.discovery.store.hazelcast.RegistrationMap;
import io.discovery.testing.Heartbeats;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * The engine alone: Hazelcast with the registry's map as a member sets it up, and clients in the same process that
 * apply heartbeats, from as many event loops as a member has. No HTTP, no deadline, no directory. Run as a process of
 * its own.
 *
 * <p>Its settings are a member's. Arguments: how many members to wait for, and how many heartbeats to have under way.
 * Each line of the standard input is a number of seconds to run for, each answer a line with the rate and the 99th
 * percentile in microseconds; the end of the input ends it.
 */
final class EngineProgram {

    /** The begin of a line with an answer; the other lines are the log. */
    static final String ANSWER = "engine: ";

    private static final ServiceName SERVICE = new ServiceName("bench");
    private static final int HOSTS = 1_000;
    /** The step in which the clients of a member go through the hosts. */
    private static final int STEP = 7;

    private static final Map<String, String> TAGS = Map.of("az", "\"a\"", "region", "\"r\"", "instance_id", "\"i\"");

    private final HazelcastStore store;
    private final Clock clock;
    private final Lease lease;
    private final List<Context> eventLoops;
    private final int atOnce;
    private final List<InstanceKey> keys = IntStream.range(0, HOSTS)
            .mapToObj(n -> InstanceKey.of(SERVICE, new IpAddress(Heartbeats.address(n))))
            .toList();

    private EngineProgram(HazelcastInstance hazelcast, Lease lease, List<Context> eventLoops, int atOnce) {
        this.clock = new ClusterClock(
                new OldestMemberClock(hazelcast),
                OldestMemberClock::wallMicros,
                System::nanoTime,
                new SecureRandom().nextLong(),
                Duration.of(lease.ttlMicros(), ChronoUnit.MICROS));
        this.store = new HazelcastStore(hazelcast, clock, lease);
        this.lease = lease;
        this.eventLoops = eventLoops;
        this.atOnce = atOnce;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int members = Integer.parseInt(arguments[0]);
        Settings settings = Settings.from(System.getenv(), BackendNames.of("InMemory"));
        HazelcastInstance hazelcast = HazelcastCluster.join(
                settings,
                config -> RegistrationMap.configure(config, settings.lease()),
                "engine",
                new MemberPort(null));
        while (hazelcast.getCluster().getMembers().size() < members
                || !hazelcast.getPartitionService().isClusterSafe()) {
            Thread.onSpinWait();
        }
        EngineProgram engine =
                new EngineProgram(hazelcast, settings.lease(), eventLoops(), Integer.parseInt(arguments[1]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        answer("ready");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Duration time = Duration.ofSeconds(Long.parseLong(line));
            Run run = engine.new Run(time);
            run.await();
            answer(String.format(Locale.ROOT, "%f %d", run.applied() / (double) time.toSeconds(), run.p99Micros()));
        }
        System.exit(0);
    }

    private static void answer(String text) {
        System.out.println(ANSWER + text);
    }

    private static List<Context> eventLoops() {
        List<Context> contexts = new CopyOnWriteArrayList<>();
        Vertx.vertx()
                .deployVerticle(
                        () -> new AbstractVerticle() {
                            @Override
                            public void start() {
                                contexts.add(context);
                            }
                        },
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors()))
                .await();
        return contexts;
    }

    /** A run: each client sends its next heartbeat when the last is answered, until the time is up. */
    private final class Run {
        private static final int MICROS = 10;
        private static final int BUCKETS = 100_000;

        /** The numbers of answers by their duration, in steps of {@link #MICROS}. */
        private final AtomicLongArray answers = new AtomicLongArray(BUCKETS);

        private final CountDownLatch clients = new CountDownLatch(atOnce);
        private final long end;

        Run(Duration time) {
            end = System.nanoTime() + time.toNanos();
            for (int client = 0; client < atOnce; client++) {
                int first = client * HOSTS / atOnce;
                eventLoops.get(client % eventLoops.size()).runOnContext(begin -> heartbeat(first));
            }
        }

        private void heartbeat(int host) {
            long sent = System.nanoTime();
            if (sent - end >= 0) {
                clients.countDown();
                return;
            }
            Future<Change.Outcome> outcome =
                    store.apply(new Change.Register(keys.get(host), clock.next(), 80, "abcdef", "repo", TAGS, lease));
            outcome.onSuccess(answer -> {
                        // Stale: a client of another member was there first. It is no heartbeat, and no failure.
                        if (answer instanceof Change.Outcome.Applied) {
                            int bucket = (int) ((System.nanoTime() - sent) / 1_000 / MICROS);
                            answers.incrementAndGet(Math.min(bucket, BUCKETS - 1));
                        }
                        heartbeat((host + STEP) % HOSTS);
                    })
                    .onFailure(failure -> {
                        failure.printStackTrace();
                        System.exit(1);
                    });
        }

        void await() throws InterruptedException {
            clients.await();
        }

        long applied() {
            return IntStream.range(0, BUCKETS).mapToLong(answers::get).sum();
        }

        long p99Micros() {
            long left = applied() * 99 / 100;
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                left -= answers.get(bucket);
                if (left < 0) {
                    return (bucket + 1L) * MICROS;
                }
            }
            return (long) BUCKETS * MICROS;
        }
    }
}
