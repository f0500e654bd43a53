package io.discovery.v1;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of a heartbeat and of a read inside a member: the rules, the merge, the directory, the encoding. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class V1JsonBenchmark {

    private static final Lease LEASE = new Lease(TimeUnit.MINUTES.toMicros(10));
    private static final ServiceName SERVICE = new ServiceName("payments");
    private static final Map<String, String> TAGS =
            Map.of("az", "\"us-east-1a\"", "region", "\"us-east-1\"", "instance_id", "\"i-0123456789abcdef0\"");

    @Param({"10", "1000", "10000"})
    private int hosts;

    private final V1Json json = new V1Json("production");
    private long micros = TimeUnit.DAYS.toMicros(20_000);
    private final Directory directory =
            new Directory(LEASE, ExpiryProtection.OFF, () -> micros, CacheBudget.unlimited());
    private Registration[] stored = {};
    private int next;

    @Setup
    public void fill() {
        stored = new Registration[hosts];
        for (int n = 0; n < hosts; n++) {
            stored[n] = applied(heartbeat(n), null);
            directory.merge(stored[n]);
        }
    }

    private Change heartbeat(int n) {
        InstanceKey key = InstanceKey.of(SERVICE, new IpAddress("10.0." + n / 250 + "." + (1 + n % 250)));
        return new Change.Register(key, new Version(++micros, 1), 8080, "4f2a9c1", "payments-repo", TAGS, LEASE);
    }

    private static Registration applied(Change change, @Nullable Registration before) {
        return ((Outcome.Applied) change.applyTo(before)).registration();
    }

    /** A heartbeat at the owner of its key. */
    @Benchmark
    public Registration changeAndMerge() {
        int n = next++ % hosts;
        stored[n] = applied(heartbeat(n), stored[n]);
        return stored[n];
    }

    /** A heartbeat at each member. */
    @Benchmark
    public void changeAndDirectory() {
        int n = next++ % hosts;
        stored[n] = applied(heartbeat(n), stored[n]);
        directory.merge(stored[n]);
    }

    /** A read of a list that has not changed. */
    @Benchmark
    public Snapshot snapshotAtRest() {
        return directory.service(SERVICE);
    }

    /** The first read after a heartbeat. */
    @Benchmark
    public Buffer listAfterAHeartbeat() {
        changeAndDirectory();
        return json.service(directory.service(SERVICE));
    }

    @Benchmark
    public Buffer oneHost() {
        return V1Json.host(directory.service(SERVICE).listings().get(next++ % hosts));
    }
}
