package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.framed;
import static io.discovery.dns.DnsClient.query;
import static io.discovery.dns.DnsClient.rcode;
import static io.discovery.dns.DnsClient.readFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Connections: several queries on one, slow clients, and too many of them (RFC 7766). */
@Timeout(60)
class DnsTcpTest {

    private static final int MOST = 3;
    /** A timeout longer than any test takes. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String ANSWERED = "discovery_dns_queries_total{outcome=\"noerror\"}";
    private static final String PAYMENTS = "payments.service.discovery.";
    private static final byte[] QUERY =
            framed(query(PAYMENTS, Type.A, DClass.IN).toWire());

    @AutoClose
    private ServedDirectory served = started(LONG);

    private DnsClient client = served.client();

    private static ServedDirectory started(Duration idle) {
        ServedDirectory started = ServedDirectory.start("127.0.0.1", new DnsServer.TcpLimits(MOST, idle));
        started.register("payments", "127.0.0.2");
        return started;
    }

    private void endTheIdleSoon() {
        served.close();
        served = started(SHORT);
        client = served.client();
    }

    @Test
    void queriesThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int id = 0; id < 1_000; id++) {
            Message query = query(id % 2 == 0 ? PAYMENTS : "nobody.service.discovery.", Type.A, DClass.IN);
            query.getHeader().setID(id);
            all.write(framed(query.toWire()));
        }
        try (Socket socket = client.connect(0)) {
            socket.getOutputStream().write(all.toByteArray());
            for (int id = 0; id < 1_000; id++) {
                Message answer = readFrom(socket);
                assertThat(answer.getHeader().getID()).isEqualTo(id);
                assertThat(rcode(answer)).isEqualTo(id % 2 == 0 ? "NOERROR" : "NXDOMAIN");
            }
        }
    }

    @Test
    void aQueryMayComeByteByByte() throws IOException {
        try (Socket socket = client.connect(0)) {
            socket.setTcpNoDelay(true);
            for (int round = 0; round < 2; round++) {
                for (byte each : QUERY) {
                    socket.getOutputStream().write(each);
                }
                assertThat(answers(readFrom(socket))).containsExactly("127.0.0.2");
            }
        }
    }

    @Test
    void aConnectionWithoutAQueryEnds() throws IOException {
        endTheIdleSoon();
        try (Socket silent = client.connect(0);
                Socket half = client.connect(0)) {
            half.getOutputStream().write(QUERY, 0, 5);

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(half.getInputStream().read()).isEqualTo(-1);
        }
        await().until(() -> served.metric("discovery_dns_connections") == 0);
    }

    @Test
    void aConnectionWithQueriesOutlivesASilentOne() throws IOException {
        served.close();
        served = started(Duration.ofSeconds(2));
        client = served.client();
        try (Socket silent = client.connect(0);
                Socket busy = client.connect(0)) {
            CompletableFuture<Integer> end = CompletableFuture.supplyAsync(() -> endOf(silent));
            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                busy.getOutputStream().write(QUERY);
                assertThat(answers(readFrom(busy))).containsExactly("127.0.0.2");
                return end.isDone();
            });
        }
    }

    @Test
    void bytesThatAreNoWholeQueryKeepNoConnectionOpen() throws IOException {
        endTheIdleSoon();
        try (Socket trickle = client.connect(0)) {
            CompletableFuture<Integer> end = CompletableFuture.supplyAsync(() -> endOf(trickle));
            byte[] long4096 = new byte[2 + 4_096];
            long4096[0] = 0x10;
            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                trickle(trickle, long4096);
                return end.isDone();
            });
            assertThat(end.join()).isEqualTo(-1);
        }
    }

    private static int endOf(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return -1;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void trickle(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes, 0, 3);
        } catch (IOException ended) {
            assertThat(ended).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void overTheLimitTheOneGoesWhoseLastQueryIsLongestAgo() throws IOException {
        try (Socket first = client.connect(0);
                Socket second = client.connect(0);
                Socket third = client.connect(0)) {
            for (Socket socket : List.of(first, second, third, first)) {
                socket.getOutputStream().write(QUERY);
                assertThat(answers(readFrom(socket))).containsExactly("127.0.0.2");
            }
            try (Socket fourth = client.connect(0)) {
                fourth.getOutputStream().write(QUERY);
                assertThat(answers(readFrom(fourth))).containsExactly("127.0.0.2");

                assertThat(second.getInputStream().read()).isEqualTo(-1);
                first.getOutputStream().write(QUERY);
                assertThat(answers(readFrom(first))).containsExactly("127.0.0.2");
                assertThat(served.metric("discovery_dns_connections")).isEqualTo(MOST);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 4_097, 65_535})
    void aLengthThatNoQueryHasEndsTheConnection(int length) throws IOException {
        try (Socket socket = client.connect(0)) {
            socket.getOutputStream().write(new byte[] {(byte) (length >> 8), (byte) length});

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(served.metric("discovery_dns_queries_total{outcome=\"dropped\"}"))
                .isEqualTo(1);
    }

    @Test
    void theShortestAndTheLongestMessageAreAnswered() throws IOException {
        try (Socket socket = client.connect(0)) {
            socket.getOutputStream().write(framed(new byte[12]));
            assertThat(rcode(readFrom(socket))).isEqualTo("FORMERR");

            byte[] whole = query(PAYMENTS, Type.A, DClass.IN).toWire();
            socket.getOutputStream().write(framed(Arrays.copyOf(whole, 4_096)));
            assertThat(answers(readFrom(socket))).containsExactly("127.0.0.2");
        }
    }

    @Test
    void aConnectionThatItsClientClosesIsForgotten() throws IOException {
        try (Socket socket = client.connect(0)) {
            socket.getOutputStream().write(QUERY);
            assertThat(answers(readFrom(socket))).containsExactly("127.0.0.2");
        }
        await().until(() -> served.metric("discovery_dns_connections") == 0);
    }

    /** Otherwise a client that asks for much and reads nothing would fill the member's memory. */
    @Test
    void aClientThatReadsNothingIsAnsweredNoFurther() throws IOException {
        registerMany();
        try (Socket socket = client.connect(0)) {
            // A member reads more at once from who has sent much.
            for (int round = 0; round < 5; round++) {
                socket.getOutputStream().write(questions("nobody", 1_000));
                for (int n = 0; n < 1_000; n++) {
                    assertThat(rcode(readFrom(socket))).isEqualTo("NXDOMAIN");
                }
            }
            // Answers to these are 64 MB.
            socket.getOutputStream().write(questions("many", 1_000));
            await().until(() -> served.metric(ANSWERED) > 0);

            // The event loop is done with what it read: it has time for others.
            assertThat(answers(client.ask(PAYMENTS, Type.A))).containsExactly("127.0.0.2");
            // The buffers of the system on both sides of a connection, and a little.
            assertThat(served.metric(ANSWERED)).isLessThan(500);
            assertThat(served.metric("discovery_dns_connections")).isEqualTo(1);
        }
    }

    @Test
    void aClientThatReadsNothingEnds() throws IOException {
        endTheIdleSoon();
        registerMany();
        try (Socket socket = client.connect(2_048)) {
            socket.getOutputStream().write(questions("many", 1_000));

            await().until(() -> served.metric(ANSWERED) > 0 && served.metric("discovery_dns_connections") == 0);
        }
    }

    @Test
    void aClientThatReadsLateGetsAll() throws IOException {
        registerMany();
        List<Integer> sizes = new ArrayList<>();
        try (Socket socket = client.connect(2_048)) {
            socket.getOutputStream().write(questions("many", 100));
            await().until(() -> served.metric(ANSWERED) > 1);
            for (int n = 0; n < 100; n++) {
                sizes.add(readFrom(socket).getSection(Section.ANSWER).size());
            }
        }
        assertThat(sizes).hasSize(100).containsOnly(4_000);
    }

    /** Registers so many instances that an answer fills a message. */
    private void registerMany() {
        IntStream.range(0, 4_000).forEach(n -> served.register("many", "127.1." + n / 250 + "." + (1 + n % 250)));
    }

    private static byte[] questions(String service, int count) {
        byte[] question =
                framed(query(service + ".service.discovery.", Type.A, DClass.IN).toWire());
        byte[] all = new byte[count * question.length];
        for (int n = 0; n < count; n++) {
            System.arraycopy(question, 0, all, n * question.length, question.length);
        }
        return all;
    }
}
