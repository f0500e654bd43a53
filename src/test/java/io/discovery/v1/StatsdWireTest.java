package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Seed: the counters it sends to STATSD_HOST and STATSD_PORT; ours go once a second. */
@Execution(ExecutionMode.CONCURRENT)
class StatsdWireTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @AutoClose
    private final DatagramSocket statsd = socket();

    @AutoClose
    private final TestMember member = start(Map.of());

    private final TestClient client = member.client();

    private static DatagramSocket socket() {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private TestMember start(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("STATSD_HOST", "127.0.0.1");
        environment.put("STATSD_PORT", Integer.toString(statsd.getLocalPort()));
        return TestMember.start(environment);
    }

    @Test
    void everyRegistrationIsCountedByItsService() {
        client.register("svc", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.svc.success:1|c");

        client.register("svc", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.svc.success:1|c");
    }

    @Test
    void whatIsCountedInASecondIsSentTogether() {
        for (int n = 1; n <= 40; n++) {
            client.register("a", "127.0.0." + n);
            client.register("b", "127.0.0." + n);
        }

        long a = 0;
        long b = 0;
        int datagrams = 0;
        while (a + b < 80) {
            for (String line : received().split("\n", -1)) {
                long count = Long.parseLong(line.substring(line.indexOf(':') + 1, line.indexOf('|')));
                a += line.startsWith("registration.a.success:") ? count : 0;
                b += line.startsWith("registration.b.success:") ? count : 0;
            }
            datagrams++;
        }
        assertThat(List.of(a, b)).containsExactly(40L, 40L);
        assertThat(datagrams).isLessThan(20);
    }

    @Test
    void everyRefusalIsCountedButNotThatOfTagsThatAreNoJson() {
        post("svc", Map.of("ip", "localhost"));
        assertThat(received()).isEqualTo("registration.svc.failure:1|c");

        post("svc", Map.of("tags", "no JSON"));
        post("next", Map.of("revision", ""));
        assertThat(received()).isEqualTo("registration.next.failure:1|c");
    }

    @Test
    void nothingElseIsCounted() {
        client.register("svc", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.svc.success:1|c");

        client.get("/v1/registration/svc");
        client.post("/v1/loadbalancing/svc/127.0.0.1", Map.of("load_balancing_weight", "5"));
        client.post("/v1/loadbalancing/svc", Map.of("load_balancing_weight", "x"));
        client.delete("/v1/registration/svc/127.0.0.1");
        client.delete("/v1/registration/svc/127.0.0.1");

        client.register("next", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.next.success:1|c");
    }

    @Test
    void namesAreSentAsTheyAre() {
        client.register("a.b-c_d%20e", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.a.b-c_d e.success:1|c");

        client.register("%C3%A9", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.é.success:1|c");
    }

    /** A name that made a line of its own, or the end of one, would write the counter of another service. */
    @Test
    void aNameWritesNoOtherCounter() {
        client.register("x:1%7Cc%0Aregistration.payments.success:99999%7Cc%0Ax", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.x_1_c_registration.payments.success_99999_c_x.success:1|c");

        client.register("rate%7C@0.1%00%0D%7F%C2%85", "127.0.0.1");
        assertThat(received()).isEqualTo("registration.rate__0.1____.success:1|c");
    }

    @Test
    void aLongNameIsCutToFitADatagram() {
        client.register("%E2%82%AC".repeat(420), "127.0.0.1");

        assertThat(received()).isEqualTo("registration." + "€".repeat(400) + ".success:1|c");
    }

    @Test
    void anExpiredHostIsCountedOnce() {
        try (TestMember forgetful = start(Map.of("HOST_TTL", "2"))) {
            TestClient there = forgetful.client();
            there.register("svc", "127.0.0.1");
            assertThat(received()).isEqualTo("registration.svc.success:1|c");

            assertThat(received()).isEqualTo("service.host.sweep.svc:1|c");

            await().atMost(PATIENCE).until(() -> there.metric("discovery_expired_total") == 1);
            there.register("next", "127.0.0.1");
            assertThat(received()).isEqualTo("registration.next.success:1|c");
        }
    }

    private void post(String service, Map<String, String> fields) {
        Map<String, String> form = new HashMap<>(TestClient.registration(fields));
        assertThat(client.post("/v1/registration/" + service, form).statusCode())
                .isEqualTo(400);
    }

    private String received() {
        DatagramPacket datagram = new DatagramPacket(new byte[1_500], 1_500);
        try {
            statsd.receive(datagram);
        } catch (IOException nothing) {
            throw new UncheckedIOException(nothing);
        }
        return new String(datagram.getData(), 0, datagram.getLength(), StandardCharsets.UTF_8);
    }
}
