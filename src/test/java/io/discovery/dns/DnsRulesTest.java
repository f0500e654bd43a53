package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.data;
import static io.discovery.dns.DnsClient.query;
import static io.discovery.dns.DnsClient.rcode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Readiness;
import io.discovery.testing.CapturedLog;
import io.vertx.core.datagram.DatagramSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The records, the flags and the response codes of answers: src/docs/dns.md. */
class DnsRulesTest {

    @AutoClose
    private final ServedDirectory served = ServedDirectory.start();

    private final DnsClient client = served.client();

    @Test
    void theKindOfAnAddressDecidesOnTheKindOfItsRecord() {
        served.register("payments", "127.0.0.2");
        served.register("payments", "127.0.0.3");
        served.register("payments", "::1");

        assertThat(answers(client.ask("payments.service.discovery.", Type.A)))
                .containsExactly("127.0.0.2", "127.0.0.3");
        assertThat(answers(client.ask("payments.service.discovery.", Type.AAAA)))
                .containsExactly("0:0:0:0:0:0:0:1");
    }

    @Test
    void anAddressIsAnsweredOnceHoweverManyPortsItHas() {
        served.register("payments", "127.0.0.2", 8080, "{}");
        served.register("payments", "127.0.0.2", 8081, "{}");

        assertThat(answers(client.ask("payments.service.discovery.", Type.A))).containsExactly("127.0.0.2");
        Message ports = client.ask("payments.service.discovery.", Type.SRV);
        assertThat(answers(ports))
                .containsExactly(
                        "1 1 8080 127-0-0-2.addr.service.discovery.", "1 1 8081 127-0-0-2.addr.service.discovery.");
        assertThat(data(ports, Section.ADDITIONAL)).containsExactly("127.0.0.2");
    }

    /** Registering takes any JSON for the tag. */
    @ParameterizedTest
    @CsvSource({"50, 50", "1, 1", "100, 100", "'\"7\"', 1", "0, 1", "101, 1", "-1, 1", "1.5, 1", "[], 1", "null, 1"})
    void aWeightIsANumberFrom1To100OrElse1(String tag, int weight) {
        served.register("payments", "127.0.0.2", 8080, tag);

        assertThat(answers(client.ask("payments.service.discovery.", Type.SRV)))
                .containsExactly("1 " + weight + " 8080 127-0-0-2.addr.service.discovery.");
    }

    @Test
    void anEndedLeaseTakesTheHostAndTheLastOneTheName() {
        served.register("payments", "127.0.0.2");
        served.pass(Duration.ofMinutes(1));
        served.register("payments", "127.0.0.3");
        served.pass(ServedDirectory.TTL.minusSeconds(30));
        assertThat(answers(client.ask("payments.service.discovery.", Type.A))).containsExactly("127.0.0.3");

        served.pass(Duration.ofMinutes(1));
        assertThat(rcode(client.ask("payments.service.discovery.", Type.A))).isEqualTo("NXDOMAIN");

        served.register("payments", "127.0.0.3");
        assertThat(answers(client.ask("payments.service.discovery.", Type.A))).containsExactly("127.0.0.3");
    }

    /**
     * RFC 2308: the SOA says for how long; a resolver that kept it longer would not see the first host of a service.
     */
    @Test
    void thatThereIsNothingIsKeptForAsShortAsWhatThereIs() {
        Message nothing = client.ask("nobody.service.discovery.", Type.A);

        SOARecord soa = (SOARecord) nothing.getSection(Section.AUTHORITY).get(0);
        assertThat(soa.getName().toString()).isEqualTo("service.discovery.");
        assertThat(soa.getTTL()).isEqualTo(5);
        assertThat(soa.getMinimum()).isEqualTo(5);
        assertThat(nothing.getHeader().getFlag(Flags.AA)).isTrue();
    }

    @Test
    void otherTypesOfAServiceAreEmptyAndAllTypesAreOneWord() {
        served.register("payments", "127.0.0.2");

        for (int type : new int[] {Type.AAAA, Type.TXT, Type.MX, Type.CNAME, Type.HTTPS, Type.NS, Type.SOA, Type.CAA}) {
            Message answer = client.ask("payments.service.discovery.", type);
            assertThat(rcode(answer)).as(Type.string(type)).isEqualTo("NOERROR");
            assertThat(answers(answer)).as(Type.string(type)).isEmpty();
            assertThat(data(answer, Section.AUTHORITY)).as(Type.string(type)).hasSize(1);
        }
        // RFC 8482, 4.2.
        assertThat(answers(client.ask("payments.service.discovery.", Type.ANY))).containsExactly("\"RFC8482\" \"\"");
        assertThat(rcode(client.ask("nobody.service.discovery.", Type.ANY))).isEqualTo("NXDOMAIN");
    }

    @Test
    void theDomainItselfNamesItsServersWithTheirAddresses() {
        Message servers = client.ask("service.discovery.", Type.NS);
        assertThat(answers(servers))
                .containsExactly("0-0-0-0-0-0-0-1.addr.service.discovery.", "127-0-0-1.addr.service.discovery.");
        assertThat(data(servers, Section.ADDITIONAL)).containsExactly("0:0:0:0:0:0:0:1", "127.0.0.1");

        assertThat(answers(client.ask("SERVICE.discovery.", Type.SOA)))
                .containsExactly("service.discovery. hostmaster.service.discovery. 1 3600 600 86400 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"discovery.", ".", "xservice.discovery.", "service.discovery.com.", "1.0.0.127.in-addr.arpa."})
    void otherDomainsAreRefused(String name) {
        Message answer = client.ask(name, Type.A);

        assertThat(rcode(answer)).isEqualTo("REFUSED");
        assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
    }

    @Test
    void whatIsNoQuestionForRecordsOfTheInternetIsRefused() {
        served.register("payments", "127.0.0.2");

        for (int type : new int[] {Type.AXFR, Type.IXFR, Type.TKEY, Type.TSIG, Type.MAILA, Type.MAILB}) {
            assertThat(rcode(client.exchange(query("service.discovery.", type, DClass.IN))))
                    .as(Type.string(type))
                    .isEqualTo("REFUSED");
        }
        for (int dnsClass : new int[] {DClass.CH, DClass.HS, DClass.ANY, DClass.NONE}) {
            assertThat(rcode(client.exchange(query("payments.service.discovery.", Type.A, dnsClass))))
                    .as(DClass.string(dnsClass))
                    .isEqualTo("REFUSED");
        }
    }

    @Test
    void whileAMemberCannotKnowItSaysSo() {
        try (ServedDirectory warming = ServedDirectory.warming()) {
            warming.register("payments", "127.0.0.2");
            for (String name : List.of("payments.", "nobody.", "127-0-0-1.addr.", "")) {
                Message answer = warming.client().ask(name + "service.discovery.", Type.A);
                assertThat(rcode(answer)).as(name).isEqualTo("SERVFAIL");
                assertThat(answer.getHeader().getFlag(Flags.AA)).as(name).isFalse();
            }
            assertThat(rcode(warming.client().ask("example.", Type.A))).isEqualTo("REFUSED");

            for (Readiness.Phase phase : List.of(Readiness.Phase.OPEN, Readiness.Phase.DRAINING)) {
                warming.readiness().enter(phase);
                assertThat(answers(warming.client().ask("payments.service.discovery.", Type.A)))
                        .as(phase.name())
                        .containsExactly("127.0.0.2");
            }
            warming.readiness().enter(Readiness.Phase.STOPPED);
            assertThat(rcode(warming.client().ask("payments.service.discovery.", Type.A)))
                    .isEqualTo("SERVFAIL");
        }
    }

    @Test
    void aResponseHasTheFlagsOfAnAuthority() {
        served.register("payments", "127.0.0.2");

        Message answer = client.ask("payments.service.discovery.", Type.A);

        assertThat(answer.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RD)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RA)).isFalse();
        assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(answer.getSection(Section.ANSWER)).extracting(Record::getTTL).containsOnly(5L);
        assertThat(answer.getOPT()).isNull();
    }

    @Test
    void everyAnswerHasAnotherOrder() {
        IntStream.range(1, 21).forEach(n -> served.register("payments", "127.0.0." + n));

        Set<String> first = IntStream.range(0, 200)
                .mapToObj(n -> client.ask("payments.service.discovery.", Type.A)
                        .getSection(Section.ANSWER)
                        .get(0)
                        .rdataToString())
                .collect(Collectors.toSet());

        // That one of 20 is never first in 200 answers happens once in a thousand runs; that six are, never.
        assertThat(first).hasSizeGreaterThan(14);
    }

    @Test
    void aSocketThatFailedIsOpenedAnew() {
        UdpServer udp = Objects.requireNonNull(served.server().udp());

        udp.failed(Objects.requireNonNull(udp.socket()), new IOException("as if it had been read from"));

        await().ignoreExceptions()
                .until(() -> rcode(client.ask("service.discovery.", Type.SOA)).equals("NOERROR"));
    }

    @Test
    void aSocketWhosePortIsTakenMeanwhileIsOpenedLater() throws IOException {
        UdpServer udp = Objects.requireNonNull(served.server().udp());
        DatagramSocket before = Objects.requireNonNull(udp.socket());
        before.close().await();
        try (CapturedLog log = CapturedLog.of(UdpServer.class)) {
            try (DatagramChannel taken = DatagramChannel.open()) {
                // The port is free when the selector has noticed the close.
                await().ignoreException(BindException.class)
                        .until(() -> taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()))
                                .isOpen());
                udp.failed(before, new IOException("as if " + taken.getLocalAddress() + " had been read from"));

                await().until(() -> log.messages().stream()
                        .anyMatch(line -> line.startsWith("the DNS socket could not be opened, trying again: ")));
            }
        }

        await().ignoreExceptions()
                .until(() -> rcode(client.ask("service.discovery.", Type.SOA)).equals("NOERROR"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "::1", "localhost"})
    void itListensWhereHostSays(String host) {
        try (ServedDirectory there = ServedDirectory.start(host, new DnsServer.TcpLimits(10, Duration.ofSeconds(10)))) {
            DnsClient asking = new DnsClient(host.equals("::1") ? "::1" : "127.0.0.1", there.port());
            assertThat(rcode(asking.ask("service.discovery.", Type.SOA))).isEqualTo("NOERROR");
            assertThat(rcode(asking.askOverTcp("service.discovery.", Type.SOA))).isEqualTo("NOERROR");
            if (host.equals("0.0.0.0")) {
                DnsClient byIpv6 = new DnsClient("::1", there.port());
                assertThat(rcode(byIpv6.ask("service.discovery.", Type.SOA))).isEqualTo("NOERROR");
            }
        }
    }
}
