package io.discovery.dns;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.vertx.core.buffer.Buffer;
import java.util.List;
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
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The cost of a query inside a member, from its bytes to those of its answer, among 20,000 services. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DnsBenchmark {

    private static final Lease LEASE = new Lease(TimeUnit.MINUTES.toMicros(10));
    private static final int SERVICES = 20_000;

    @Param({"10", "1000", "10000"})
    private int hosts;

    private final Buffer addresses = query("payments", Type.A);
    private final Buffer ports = query("payments", Type.SRV);
    private final Buffer nobody = query("nobody", Type.A);
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
    private final Readiness readiness = new Readiness();
    private final Responder responder = new Responder(new Zone("service.discovery", directory, List::of), readiness);

    @Setup
    public void fill() {
        readiness.enter(Readiness.Phase.OPEN);
        for (int n = 0; n < hosts; n++) {
            register("payments", "127.0." + n / 250 + "." + (1 + n % 250));
        }
        for (int n = 0; n < SERVICES; n++) {
            register("service-" + n, "127.0.0.1");
        }
    }

    private void register(String service, String ip) {
        InstanceKey key = InstanceKey.of(new ServiceName(service), new IpAddress(ip));
        Change register = new Change.Register(key, new Version(1, 1), 8080, "r", "", Map.of(), LEASE);
        directory.merge(((Applied) register.applyTo(null)).registration());
    }

    private static Buffer query(String service, int type) {
        Message query = DnsClient.query(service + ".service.discovery.", type, DClass.IN);
        query.addRecord(new OPTRecord(1_232, 0, 0), Section.ADDITIONAL);
        return Buffer.buffer(query.toWire());
    }

    @Benchmark
    public @Nullable Buffer addresses() {
        return responder.answer(addresses, Responder.Transport.UDP);
    }

    @Benchmark
    public @Nullable Buffer ports() {
        return responder.answer(ports, Responder.Transport.UDP);
    }

    @Benchmark
    public @Nullable Buffer addressesOverTcp() {
        return responder.answer(addresses, Responder.Transport.TCP);
    }

    @Benchmark
    public @Nullable Buffer nobody() {
        return responder.answer(nobody, Responder.Transport.UDP);
    }
}
