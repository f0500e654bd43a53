package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.query;
import static io.discovery.dns.DnsClient.rcode;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.Cidrs;
import io.discovery.model.AddressBits;
import io.discovery.model.IpAddress;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Responses by source: sources are values here, and no datagram leaves. */
class UdpResponderTest {

    private static final String UNKNOWN = "192.0.2.1";
    private static final String FEW = "few.service.discovery.";
    private static final String MANY = "many.service.discovery.";

    private final Responder responder = FuzzedZone.responder(true);
    private long now;
    private final UdpResponder udp = responding(Cidrs.NONE);

    private UdpResponder responding(Cidrs allowed) {
        return new UdpResponder(responder, new Sources(allowed), new ResponseRate(() -> now, new Random(1)));
    }

    private @Nullable Buffer answer(byte[] sent, String source) {
        return udp.answer(Buffer.buffer(sent), AddressBits.of(new IpAddress(source)));
    }

    private Message answered(byte[] sent, String source) {
        return DnsClient.parsed(requireNonNull(answer(sent, source)).getBytes());
    }

    private static byte[] asks(String name) {
        return query(name, Type.A, DClass.IN).toWire();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.255",
                "::1",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.255.255",
                "fc00::1",
                "fdff::1",
                "169.254.0.1",
                "fe80::1",
                "febf::1"
            })
    void aKnownSourceSeesNoLimit(String source) {
        for (int n = 0; n < 1_000; n++) {
            Buffer answer = requireNonNull(answer(asks(MANY), source));
            assertThat(answer.length()).isBetween(512 - 16, 512);
        }
        assertThat(answers(answered(asks(MANY), source))).hasSize(29);
        assertThat(udp.limited()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "126.255.255.255",
                "128.0.0.1",
                "::",
                "::2",
                "9.255.255.255",
                "11.0.0.1",
                "172.15.255.255",
                "172.32.0.1",
                "192.167.255.255",
                "192.169.0.1",
                "169.253.0.1",
                "169.255.0.1",
                "fbff::1",
                "fe00::1",
                "fe7f::1",
                "fec0::1",
                "2001:db8::1"
            })
    void anUnknownSourceIsSentNoMoreThanFourTimesItsQuery(String source) {
        byte[] sent = asks(MANY);

        Message answer = answered(sent, source);

        assertThat(rcode(answer)).isEqualTo("NOERROR");
        assertThat(answer.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answers(answer)).isEmpty();
        assertThat(answer.getHeader().getCount(Section.ANSWER)).isZero();
        assertThat(answer.getQuestion()).isEqualTo(DnsClient.parsed(sent).getQuestion());
        assertThat(requireNonNull(answer(sent, source)).length()).isEqualTo(sent.length);
        assertThat(responder.truncated()).isEqualTo(2);
    }

    @Test
    void anUnknownSourceIsSentWhatFitsIntoFourTimesItsQuery() {
        assertThat(answers(answered(asks("payments.service.discovery."), UNKNOWN)))
                .containsExactly("10.0.0.1");
        assertThat(rcode(answered(asks("nobody.service.discovery."), UNKNOWN))).isEqualTo("NXDOMAIN");

        // 39 bytes, of which the answer has 20 records of 16 bytes more: 4 times 90 are enough, 4 times 89 are not.
        byte[] sent = asks(FEW);
        assertThat(answers(answered(Arrays.copyOf(sent, 90), UNKNOWN))).hasSize(20);
        Message cut = answered(Arrays.copyOf(sent, 89), UNKNOWN);
        assertThat(answers(cut)).isEmpty();
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
    }

    /** RFC 2181, 9: what is only additional may be missing without a word. */
    @Test
    void addressesOfTargetsAreLeftOutBeforeAnAnswerIs() {
        byte[] sent = query("payments.service.discovery.", Type.SRV, DClass.IN).toWire();

        assertThat(answered(sent, UNKNOWN).getSection(Section.ANSWER)).hasSize(1);
        assertThat(answered(sent, UNKNOWN).getHeader().getFlag(Flags.TC)).isFalse();
    }

    @Test
    void noQueryOfAnUnknownSourceIsAnsweredWithMoreThanFourTimesItsSize() {
        for (byte[] sent : FuzzedZone.queries()) {
            Buffer answer = requireNonNull(answer(sent, UNKNOWN));
            assertThat(answer.length()).isLessThanOrEqualTo(4 * sent.length);
        }
    }

    /** RFC 5358: a server that asks others for its clients answers such queries with as much as others have to say. */
    @ParameterizedTest
    @ValueSource(strings = {".", "example.", "www.example.com.", "discovery.", "1.0.0.127.in-addr.arpa."})
    void recursionForOtherNamesIsRefusedInAsManyBytes(String name) {
        for (int type : new int[] {Type.A, Type.NS, Type.TXT, Type.DNSKEY, Type.ANY}) {
            Message query = query(name, type, DClass.IN);
            assertThat(query.getHeader().getFlag(Flags.RD)).isTrue();

            for (String source : List.of(UNKNOWN, "10.0.0.1")) {
                Message answer = answered(query.toWire(), source);
                assertThat(rcode(answer)).isEqualTo("REFUSED");
                assertThat(answer.getHeader().getFlag(Flags.RA)).isFalse();
                assertThat(answer.numBytes()).isEqualTo(query.toWire().length);
            }
        }
    }

    @Test
    void overItsRateAnUnknownNetworkIsToldToComeByTcpEverySecondTime() {
        byte[] sent = asks("payments.service.discovery.");
        for (int n = 0; n < ResponseRate.PER_SECOND; n++) {
            assertThat(answers(answered(sent, "192.0.2." + n))).hasSize(1);
        }

        List<Buffer> told = new ArrayList<>();
        for (int n = 0; n < 1_000; n++) {
            Buffer answer = answer(sent, UNKNOWN);
            if (answer != null) {
                told.add(answer);
            }
        }

        // 500 are expected; 100 more or less is over six times the standard deviation.
        assertThat(told).hasSizeBetween(400, 600);
        assertThat(told).allSatisfy(answer -> {
            Message parsed = DnsClient.parsed(answer.getBytes());
            assertThat(parsed.getHeader().getFlag(Flags.TC)).isTrue();
            assertThat(answer.length()).isEqualTo(sent.length);
        });
        assertThat(udp.limited()).isEqualTo(1_000);
        assertThat(responder.count(QueryOutcome.DROPPED)).isEqualTo(1_000 - told.size());
        assertThat(responder.truncated()).isEqualTo(told.size());

        assertThat(answers(answered(sent, "192.0.3.1"))).hasSize(1);
        assertThat(answers(answered(sent, "192.168.2.1"))).hasSize(1);
        now += TimeUnit.MILLISECONDS.toNanos(1_000 / ResponseRate.PER_SECOND);
        assertThat(answers(answered(sent, UNKNOWN))).hasSize(1);
    }

    @Test
    void overItsRateAnUnknownNetworkIsSentNothingLargerThanItsQueryWhateverThatIs() {
        byte[] sent = asks(MANY);
        for (int n = 0; n < ResponseRate.PER_SECOND; n++) {
            answer(sent, UNKNOWN);
        }

        List<byte[]> all = new ArrayList<>(FuzzedZone.queries());
        all.add(asks("example."));
        all.add(Arrays.copyOf(sent, 20));
        all.add(new byte[11]);
        for (int n = 0; n < 1_000; n++) {
            byte[] each = all.get(n % all.size());
            Buffer answer = answer(each, UNKNOWN);
            assertThat(answer == null ? 0 : answer.length()).isLessThanOrEqualTo(each.length);
        }
        assertThat(udp.limited()).isEqualTo(1_000);
    }

    @Test
    void networksOfDnsAllowAreKnownAndNoOthersAreAnswered() {
        UdpResponder allowing = responding(Cidrs.parse("192.0.2.0/24").orElseThrow());
        Buffer sent = Buffer.buffer(asks(MANY));

        for (int n = 0; n < 1_000; n++) {
            Buffer answer = allowing.answer(sent, AddressBits.of(new IpAddress(UNKNOWN)));
            assertThat(requireNonNull(answer).length()).isBetween(512 - 16, 512);
        }
        for (String other : List.of("192.0.3.1", "127.0.0.1", "10.0.0.1", "::1")) {
            assertThat(allowing.answer(sent, AddressBits.of(new IpAddress(other))))
                    .isNull();
        }
        assertThat(responder.count(QueryOutcome.NOT_ALLOWED)).isEqualTo(4);
    }
}
