package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.framed;
import static io.discovery.dns.DnsClient.query;
import static io.discovery.dns.DnsClient.rcode;
import static io.discovery.dns.DnsClient.readFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.config.Cidrs;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

/**
 * DNS_ALLOW, by real sockets: of 127.0.0.2 a query is answered, of 127.0.0.3 it is not. A member at 0.0.0.0 has an IPv6
 * socket, to which both are IPv4-mapped addresses.
 */
@Timeout(60)
class DnsAllowTest {

    private static final String ALLOWED = "127.0.0.2";
    private static final String OTHER = "127.0.0.3";
    private static final String PAYMENTS = "payments.service.discovery.";
    private static final String REFUSED = "discovery_dns_queries_total{outcome=\"not_allowed\"}";
    private static final int MOST = 2;

    private static ServedDirectory started(String host) {
        ServedDirectory served = ServedDirectory.start(
                host,
                new DnsServer.TcpLimits(MOST, Duration.ofMinutes(1)),
                Cidrs.parse("127.0.0.2/32, fd00::/8").orElseThrow());
        served.register("payments", "127.0.0.9");
        return served;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void datagramsOfOtherNetworksGetNoAnswer(String host) throws IOException {
        byte[] sent = query(PAYMENTS, Type.A, DClass.IN).toWire();
        try (ServedDirectory served = started(host);
                DatagramSocket other = served.client().from(OTHER).socket(Duration.ofMillis(1))) {
            other.send(new DatagramPacket(sent, sent.length));

            // One event loop answers, in the order of the queries.
            assertThat(answers(served.client().from(ALLOWED).ask(PAYMENTS, Type.A)))
                    .containsExactly("127.0.0.9");
            assertThatThrownBy(() -> other.receive(new DatagramPacket(new byte[512], 512)))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(served.metric(REFUSED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    void connectionsOfOtherNetworksAreAnsweredThatTheyAreRefused(String host) {
        try (ServedDirectory served = started(host)) {
            for (String name : new String[] {PAYMENTS, "nobody.service.discovery.", "example."}) {
                Message answer = served.client().from(OTHER).askOverTcp(name, Type.A);
                assertThat(rcode(answer)).isEqualTo("REFUSED");
                assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
                assertThat(answers(answer)).isEmpty();
            }
            assertThat(served.metric(REFUSED)).isEqualTo(3);

            assertThat(answers(served.client().from(ALLOWED).askOverTcp(PAYMENTS, Type.A)))
                    .containsExactly("127.0.0.9");
            assertThat(served.metric(REFUSED)).isEqualTo(3);
        }
    }

    @Test
    void connectionsOfOtherNetworksTakeNoPlaceOfThoseThatMayAsk() throws IOException {
        byte[] sent = framed(query(PAYMENTS, Type.A, DClass.IN).toWire());
        try (ServedDirectory served = started("127.0.0.1");
                Socket first = served.client().from(ALLOWED).connect(0);
                Socket second = served.client().from(ALLOWED).connect(0)) {
            first.getOutputStream().write(sent);
            second.getOutputStream().write(sent);
            assertThat(answers(readFrom(first))).containsExactly("127.0.0.9");
            assertThat(answers(readFrom(second))).containsExactly("127.0.0.9");

            try (Socket other = served.client().from(OTHER).connect(0)) {
                assertThat(other.getInputStream().read()).isEqualTo(-1);
            }

            first.getOutputStream().write(sent);
            assertThat(answers(readFrom(first))).containsExactly("127.0.0.9");
        }
    }

    /** A place that is taken before clients that may ask come is given up for them first. */
    @Test
    void refusedQueriesKeepNoPlace() throws IOException {
        byte[] sent = framed(query(PAYMENTS, Type.A, DClass.IN).toWire());
        try (ServedDirectory served = started("127.0.0.1");
                Socket other = served.client().from(OTHER).connect(0);
                Socket first = served.client().from(ALLOWED).connect(0)) {
            first.getOutputStream().write(sent);
            assertThat(answers(readFrom(first))).containsExactly("127.0.0.9");
            other.getOutputStream().write(sent);
            assertThat(rcode(readFrom(other))).isEqualTo("REFUSED");

            try (Socket second = served.client().from(ALLOWED).connect(0)) {
                second.getOutputStream().write(sent);
                assertThat(answers(readFrom(second))).containsExactly("127.0.0.9");
            }
            assertThat(other.getInputStream().read()).isEqualTo(-1);
            first.getOutputStream().write(sent);
            assertThat(answers(readFrom(first))).containsExactly("127.0.0.9");
        }
    }
}
