package io.discovery.v1;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.Settings.InstanceKeyMode;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of services by a clock that the test moves; a lease is 10 s. */
@ExtendWith(VertxExtension.class)
class ServiceFiguresTest {

    private static final Logger log = LoggerFactory.getLogger(ServiceFiguresTest.class);
    private static final int SERVICES = 20_000;
    private static final int HOSTS = 10;
    private static final int ROUNDS = 5;

    private final AtomicLong now = new AtomicLong();
    private final Readiness readiness = new Readiness();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
    private final ServicesOverview overview;

    ServiceFiguresTest(Vertx vertx) {
        readiness.enter(Readiness.Phase.OPEN);
        overview = new ServicesOverview(
                directory,
                readiness,
                new ServicesOverview.Rules(LEASE, InstanceKeyMode.IP),
                () -> Long.MAX_VALUE,
                new ResponseWorkers(vertx, 1, CacheBudget.unlimited()));
    }

    @Test
    void aHostIsStaleWhenMoreThanHalfOfItsLeaseIsOver() {
        register("payments", 1, 0, "r1", "7");
        register("payments", 2, 1, "r2", "100");
        register("payments", 3, 1, "r2", "\"none\"");

        now.set(5 * SECOND);
        assertThat(all())
                .isEqualTo("{\"services\": [{\"service\": \"payments\", \"hosts\": 3, \"stale\": 0, \"revisions\": 2,"
                        + " \"min_weight\": 1, \"max_weight\": 100,"
                        + " \"last_check_in\": \"1970-01-01T00:00:01.000000Z\"}],"
                        + " \"host_ttl_seconds\": 10, \"instance_key\": \"ip\","
                        + " \"time\": \"1970-01-01T00:00:05.000000Z\"}\n");

        now.set(5 * SECOND + 1);
        assertThat(all()).contains("\"hosts\": 3, \"stale\": 1,");
        now.set(10 * SECOND + 1);
        assertThat(all()).contains("\"hosts\": 2, \"stale\": 2, \"revisions\": 1, \"min_weight\": 1,");
        now.set(11 * SECOND + 1);
        assertThat(all()).startsWith("{\"services\": [], \"host_ttl_seconds\": 10, \"instance_key\":");
    }

    @Test
    void eachServiceHasFiguresOfItsOwn() {
        register("b", 1, 2, "r", "9");
        register("a", 1, 1, "r", "5");
        register("a", 2, 1, "r", "5");

        assertThat(all())
                .contains("{\"service\": \"a\", \"hosts\": 2, \"stale\": 0, \"revisions\": 1, \"min_weight\": 5,"
                        + " \"max_weight\": 5, \"last_check_in\": \"1970-01-01T00:00:01.000000Z\"},"
                        + " {\"service\": \"b\", \"hosts\": 1, \"stale\": 0, \"revisions\": 1,"
                        + " \"min_weight\": 9, \"max_weight\": 9,");
        Set<ServiceName> some = Set.of(new ServiceName("b"), new ServiceName("absent"));
        Set<ServiceName> both = Set.of(new ServiceName("b"), new ServiceName("a"));
        var named = overview.makeNamed(Set.of(some, both));
        assertThat(body(named, some)).contains("\"service\": \"b\"").doesNotContain("\"a\"", "absent");
        assertThat(body(named, both)).contains("\"service\": \"a\"", "\"service\": \"b\"");
    }

    private static String body(Map<Set<ServiceName>, Response> made, Set<ServiceName> question) {
        return Objects.requireNonNull(made.get(question)).body().toString();
    }

    @Test
    void figuresServeForASecondUnlessAListChanges() {
        register("payments", 1, 0, "r", "1");
        var made = overview.makeAll();

        now.set(SECOND);
        register("payments", 1, 1, "r", "1");
        assertThat(made.isCurrent().getAsBoolean()).isTrue();
        now.set(SECOND + 1);
        assertThat(made.isCurrent().getAsBoolean()).isFalse();

        var next = overview.makeAll();
        register("payments", 2, 1, "r", "1");
        assertThat(next.isCurrent().getAsBoolean()).isFalse();
    }

    /** The time that a large registry takes is for readers of the log. */
    @Test
    void aLargeRegistryHasFiguresOfAll() {
        for (int service = 0; service < SERVICES; service++) {
            for (int host = 0; host < HOSTS; host++) {
                register("service-" + service, service % 100 * HOSTS + host, 1, "r" + host % 2, "50");
            }
        }

        for (int round = 0; round < ROUNDS; round++) {
            String text = measured("figures of 20,000 services with 10 hosts each", this::all);
            assertThat(text.split("\"revisions\": 2", -1)).hasSize(SERVICES + 1);
        }
        var address = key("any", 7).address();
        int found = measured("hosts at an address", () -> directory.at(Set.of(address)))
                .getOrDefault(address, List.of())
                .size();
        assertThat(found).isEqualTo(SERVICES / 100);
    }

    /** Logs the time of the processor, which other programs on the machine do not prolong. */
    private static <T> T measured(String name, Supplier<T> made) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getCurrentThreadCpuTime();
        T result = made.get();
        log.info("{}: {} ms", name, TimeUnit.NANOSECONDS.toMillis(threads.getCurrentThreadCpuTime() - begin));
        return result;
    }

    private String all() {
        return overview.makeAll().response().body().toString();
    }

    private void register(String service, int n, long second, String revision, String weight) {
        Change register = new Change.Register(
                key(service, n),
                new Version(second * SECOND, 0),
                80,
                revision,
                "",
                Map.of("load_balancing_weight", weight),
                LEASE);
        directory.merge(((Outcome.Applied) register.applyTo(null)).registration());
    }
}
