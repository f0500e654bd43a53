package io.discovery.changes;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.registry.Asker;
import io.discovery.registry.Fixtures;
import io.discovery.registry.Fixtures.HandClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;

/**
 * A process of its own that fills a history, and prints its changes, the bytes of heap that they take, and the bytes
 * that the history estimates: numbers in one line. In the JVM of the tests, what other tests leave would count too.
 */
final class ChangeMemoryProgram {

    static final int CHANGES = 20_000;
    private static final int HOSTS = 1_000;
    private static final Lease LEASE = Lease.of(Duration.ofMinutes(10));

    private final HandClock clock = new HandClock(7);
    private final Directory directory =
            new Directory(LEASE, ExpiryProtection.OFF, clock::nowMicros, CacheBudget.unlimited());

    private ChangeMemoryProgram() {}

    /** Makes new revisions of hosts with four tags, and returns of hosts that were removed, half and half. */
    public static void main(String[] arguments) {
        // The first run loads classes, and Java keeps the table of contents of each jar that it opens for them.
        new ChangeMemoryProgram().measured();
        System.out.println(new ChangeMemoryProgram().measured());
    }

    private String measured() {
        rounds(2);
        long before = used();
        ChangeRecorder recorder =
                new ChangeRecorder(CHANGES, LEASE, clock, id -> "10.0.0.1:5701", () -> "10.0.0.1:5701");
        directory.onListedChange(recorder);
        recorder.begin();
        rounds(2 * CHANGES / HOSTS / 3 + 4);
        recorder.ring().read(any -> true).forEach(change -> change.askedBy(new Asker("10.0.0.9", "deploy")));
        long taken = used() - before;
        return recorder.ring().size() + " " + taken + " " + recorder.ring().bytes();
    }

    /** Each round makes three changes of each host. */
    private void rounds(int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int host = 0; host < HOSTS; host++) {
                InstanceKey key = Fixtures.key("payments", host);
                register(key, "r" + round);
                register(key, "r" + round + "-fixed");
                apply(new Change.Deregister(key, clock.next(), LEASE));
            }
        }
    }

    private void register(InstanceKey key, String revision) {
        Map<String, String> tags = Map.of(
                "az", "\"us-east-1a\"",
                "region", "\"us-east-1\"",
                "instance_id", "\"i-0123456789" + key.address().text() + "\"",
                "canary", "false");
        apply(new Change.Register(key, clock.next(), 8080, revision, "payments", tags, LEASE));
    }

    private void apply(Change change) {
        directory.merge(((Outcome.Applied) change.applyTo(directory.find(change.key()))).registration());
    }

    private static long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
