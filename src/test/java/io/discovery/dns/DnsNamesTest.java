package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.data;
import static io.discovery.dns.DnsClient.rcode;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The names below the domain, and services whose names DNS cannot say: src/docs/dns.md. */
class DnsNamesTest {

    @AutoClose
    private final ServedDirectory served = ServedDirectory.start();

    private final DnsClient client = served.client();

    @Test
    void aTargetResolvesAndSoDoesNothingThatIsSpelledOtherwise() {
        assertThat(answers(client.ask("127-0-0-2.addr.service.discovery.", Type.A)))
                .containsExactly("127.0.0.2");
        assertThat(answers(client.ask("0-0-0-0-0-0-0-1.addr.service.discovery.", Type.AAAA)))
                .containsExactly("0:0:0:0:0:0:0:1");
        assertThat(answers(client.ask("2001-DB8-0-0-0-0-0-1.ADDR.service.discovery.", Type.AAAA)))
                .containsExactly("2001:db8:0:0:0:0:0:1");
        Message otherKind = client.ask("127-0-0-2.addr.service.discovery.", Type.AAAA);
        assertThat(rcode(otherKind)).isEqualTo("NOERROR");
        assertThat(answers(otherKind)).isEmpty();
        for (String wrong : List.of(
                "127-0-0-02",
                "127-0-0-256",
                "127-0-0",
                "127-0-0-1-1",
                "0-0-0-0-0-ffff-7f00-1",
                "01-0-0-0-0-0-0-1",
                "x")) {
            assertThat(rcode(client.ask(wrong + ".addr.service.discovery.", Type.A)))
                    .as(wrong)
                    .isEqualTo("NXDOMAIN");
        }
        assertThat(rcode(client.ask("x.127-0-0-2.addr.service.discovery.", Type.A)))
                .isEqualTo("NXDOMAIN");
    }

    /** RFC 2782. */
    @Test
    void portsAreFoundByTheFormForServices() {
        served.register("payments", "127.0.0.2");
        served.register("a.b", "127.0.0.3");

        assertThat(answers(client.ask("_payments._tcp.service.discovery.", Type.SRV)))
                .containsExactly("1 1 8080 127-0-0-2.addr.service.discovery.");
        assertThat(answers(client.ask("_a.b._tcp.service.discovery.", Type.SRV)))
                .containsExactly("1 1 8080 127-0-0-3.addr.service.discovery.");
        Message addresses = client.ask("_payments._tcp.service.discovery.", Type.A);
        assertThat(rcode(addresses)).isEqualTo("NOERROR");
        assertThat(answers(addresses)).isEmpty();
        for (String unknown : List.of("_nobody._tcp", "_._tcp", "payments._tcp", "_payments._udp")) {
            assertThat(rcode(client.ask(unknown + ".service.discovery.", Type.SRV)))
                    .as(unknown)
                    .isEqualTo("NXDOMAIN");
        }
    }

    @Test
    void namesThatDifferInCaseAreOne() {
        served.register("Payments", "127.0.0.2");
        served.register("payments", "127.0.0.3");
        served.register("PAYMENTS", "127.0.0.3");
        served.register("other", "127.0.0.4");

        Message both = client.ask("pAyMeNtS.SERVICE.discovery.", Type.A);

        assertThat(answers(both)).containsExactly("127.0.0.2", "127.0.0.3");
        // Some resolvers spell at random, and take only an answer to that (draft-vixie-dnsext-dns0x20).
        assertThat(both.getQuestion().getName().toString()).isEqualTo("pAyMeNtS.SERVICE.discovery.");
        assertThat(both.getSection(Section.ANSWER))
                .extracting(record -> record.getName().toString())
                .containsOnly("pAyMeNtS.SERVICE.discovery.");

        served.deregister("Payments", "127.0.0.2");
        assertThat(answers(client.ask("payments.service.discovery.", Type.A))).containsExactly("127.0.0.3");

        served.deregister("payments", "127.0.0.3");
        assertThat(answers(client.ask("payments.service.discovery.", Type.A))).containsExactly("127.0.0.3");

        served.deregister("PAYMENTS", "127.0.0.3");
        assertThat(rcode(client.ask("payments.service.discovery.", Type.A))).isEqualTo("NXDOMAIN");
    }

    /** RFC 8020: what stands above a name is a name. */
    @Test
    void aDotPartsLabelsAndWhatIsAboveANameIsThereToo() {
        served.register("a.b.c", "127.0.0.2");

        assertThat(answers(client.ask("A.b.C.service.discovery.", Type.A))).containsExactly("127.0.0.2");
        for (String above : List.of("b.c.", "c.", "addr.", "_tcp.", "c._tcp.", "")) {
            Message answer = client.ask(above + "service.discovery.", Type.A);
            assertThat(rcode(answer)).as(above).isEqualTo("NOERROR");
            assertThat(answers(answer)).as(above).isEmpty();
            assertThat(data(answer, Section.AUTHORITY)).as(above).hasSize(1);
        }
        for (String other : List.of("a.", "b.", "x.c.", "x.a.b.c.", "bb.c.", "*.", "a.b.c.service.discovery.")) {
            assertThat(rcode(client.ask(other + "service.discovery.", Type.A)))
                    .as(other)
                    .isEqualTo("NXDOMAIN");
        }
    }

    @Test
    void aServiceMayHaveTheNamesThatOthersStandBelow() {
        served.register("addr", "127.0.0.2");
        served.register("_tcp", "127.0.0.3");

        assertThat(answers(client.ask("addr.service.discovery.", Type.A))).containsExactly("127.0.0.2");
        assertThat(answers(client.ask("_tcp.service.discovery.", Type.A))).containsExactly("127.0.0.3");
        assertThat(served.metric("discovery_dns_unservable")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "päyments",
                "a..b",
                ".a",
                "a.",
                "a:b",
                "x.addr",
                "127-0-0-1.addr",
                "_x._tcp",
                "*",
                "a\\.b",
                "\u212A",
                "a1234567890123456789012345678901234567890123456789012345678901234"
            })
    void aNameThatDnsCannotSayIsCounted(String name) {
        served.register(name, "127.0.0.2");
        served.register(name, "127.0.0.3");
        assertThat(served.metric("discovery_dns_unservable")).isEqualTo(1);

        served.deregister(name, "127.0.0.2");
        assertThat(served.metric("discovery_dns_unservable")).isEqualTo(1);

        served.deregister(name, "127.0.0.3");
        assertThat(served.metric("discovery_dns_unservable")).isZero();
    }

    @Test
    void theLongestNameThatFitsIsServed() {
        String label = "x".repeat(63);
        String longest = label + "." + label + "." + label + "." + "y".repeat(253 - 3 * 64 - 1 - 17);
        served.register(longest, "127.0.0.2");
        served.register(longest + "z", "127.0.0.2");

        assertThat(answers(client.ask(longest + ".service.discovery.", Type.A))).containsExactly("127.0.0.2");
        assertThat(served.metric("discovery_dns_unservable")).isEqualTo(1);
    }
}
