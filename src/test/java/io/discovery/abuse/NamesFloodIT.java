package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.Ports;
import io.discovery.testing.Readers;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * A member with -Xmx512m that gets distinct names of services without end, while hosts that it knows report, and clients
 * read their list: with limits of hosts and services, and without, when the limit of memory has to hold. For
 * scripts/check-abuse; the system property discovery.abuse.names says how many.
 */
@Timeout(7_200)
@EnabledIfSystemProperty(named = "discovery.abuse.names", matches = "[0-9]+")
class NamesFloodIT {

    private static final int NAMES = Integer.getInteger("discovery.abuse.names", 0);
    private static final int WITHOUT_LIMITS = NAMES / 10;
    private static final int MOST_SERVICES = 500;
    /** Answers that a busy machine may give before it knows the outcome. */
    private static final long UNKNOWN = 5_000;

    private static final int HOSTS = 100;
    /** One heartbeat of so many may have to be sent again. */
    private static final int MOST_AGAIN = 50;

    private static final Duration A_WHILE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofMillis(20);
    private static final long HEAP = 512L << 20;
    /** Values change their length, and a few meters begin with what they count. */
    private static final int MORE_METRICS = 4_000;

    @Test
    void namesOverTheSettingsAreRefused() throws Exception {
        NamesFlood.Answers answers = flood(Map.of("MAX_SERVICES", "500", "MAX_REGISTRATIONS", "1000"), NAMES);

        // The known service is one of those that may be.
        assertThat(answers.byStatus().keySet()).isSubsetOf(200, 503, 507);
        assertThat(answers.byStatus().get(200)).isBetween(1L, MOST_SERVICES - 1L);
        assertThat(answers.byStatus().get(507)).isGreaterThan(NAMES - UNKNOWN);
    }

    @Test
    void namesOverTheMemoryAreRefused() throws Exception {
        NamesFlood.Answers answers = flood(Map.of(), WITHOUT_LIMITS);

        assertThat(answers.byStatus().keySet()).containsOnly(200, 503);
    }

    private static NamesFlood.Answers flood(Map<String, String> limits, int names) throws Exception {
        int dns = Ports.free(1).get(0);
        Map<String, String> settings = new HashMap<>(limits);
        settings.put("HOST_TTL", "7200");
        settings.put("DNS_PORT", Integer.toString(dns));
        try (MemberProcess member = MemberProcess.start(settings)) {
            TestClient client = member.client();
            for (int host = 0; host < HOSTS; host++) {
                client.register("payments", Heartbeats.address(host));
            }
            int metrics = client.get("/metrics").body().length();
            String before = usage(member);

            long start = System.nanoTime();
            CompletableFuture<NamesFlood.Answers> flood =
                    CompletableFuture.supplyAsync(() -> NamesFlood.send(member.port(), names));
            List<Heartbeats.Result> heartbeats = new ArrayList<>();
            List<Readers.Result> reads = new ArrayList<>();
            while (reads.isEmpty() || !flood.isDone()) {
                CompletableFuture<Heartbeats.Result> reporting = CompletableFuture.supplyAsync(
                        () -> Heartbeats.during(client, "payments", HOSTS, BETWEEN_HEARTBEATS, A_WHILE));
                reads.add(Readers.during(member.port(), "payments", A_WHILE));
                heartbeats.add(reporting.join());
            }
            NamesFlood.Answers answers = flood.join();

            System.out.printf(
                    "abuse, %,d names, -Xmx512m %s: %,d s, answers by status %s%nabuse, names: before %s; after %s%n",
                    names,
                    limits,
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    answers.byStatus(),
                    before,
                    usage(member));
            int taken =
                    heartbeats.stream().mapToInt(Heartbeats.Result::answered).sum();
            List<String> again = heartbeats.stream()
                    .flatMap(each -> each.failures().stream())
                    .toList();
            System.out.printf(
                    "abuse, names: %,d heartbeats taken and %d to be sent again, p99 of the slowest 10 s %d ms;"
                            + " %,d reads, p99 of the slowest 10 s %.0f ms%n",
                    taken,
                    again.size(),
                    heartbeats.stream()
                            .mapToLong(each -> each.slowest().toMillis())
                            .max()
                            .orElseThrow(),
                    reads.stream().mapToInt(each -> each.sortedNanos().size()).sum(),
                    reads.stream()
                            .mapToDouble(each -> each.percentile(0.99))
                            .max()
                            .orElseThrow());
            assertThat(answers.byStatus().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(names);
            // A member that the machine has let stand still asks for some once more.
            assertThat(again).allSatisfy(each -> assertThat(each).contains("send"));
            assertThat(again.size()).isLessThan(1 + taken / MOST_AGAIN);
            assertThat(reads).allSatisfy(each -> assertThat(each.failures()).isEmpty());
            assertThat(client.hosts("payments")).hasSize(HOSTS);
            assertThat(client.get("/metrics").body().length()).isLessThan(metrics + MORE_METRICS);
            assertThat(client.metric("discovery_registrations_bytes")).isLessThan(1.05 * HEAP / 2);
            assertThat(client.metric("discovery_changes_in_flight")).isZero();
            assertThat(status(dns, NamesFlood.name(names - 1))).isEqualTo(Rcode.NXDOMAIN);
            assertThat(status(dns, NamesFlood.name(0))).isEqualTo(Rcode.NOERROR);
            assertThat(member.log()).doesNotContain("\tat ").doesNotContain(" ERROR ");
            return answers;
        }
    }

    private static int status(int dnsPort, String service) throws IOException {
        SimpleResolver resolver = new SimpleResolver("127.0.0.1");
        resolver.setPort(dnsPort);
        Name name = Name.fromString(service + ".service.discovery.");
        return resolver.send(Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)))
                .getRcode();
    }

    private static String usage(MemberProcess member) {
        return String.format(
                "%d MB resident, %d MB of heap alive, %.0f hosts",
                MemberUsage.of(member).residentMegabytes(),
                MemberUsage.liveHeap(member) >> 20,
                member.client().metric("discovery_hosts"));
    }
}
