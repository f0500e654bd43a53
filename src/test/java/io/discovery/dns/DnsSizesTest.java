package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.query;
import static io.discovery.dns.DnsClient.rcode;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The sizes of answers: as much as a client takes in one datagram, and over TCP all of it, or as much as a message
 * holds.
 */
class DnsSizesTest {

    private static final String PAYMENTS = "payments.service.discovery.";
    private static final int HOSTS = 200;

    @AutoClose
    private final ServedDirectory served = ServedDirectory.start();

    private final DnsClient client = served.client();

    @BeforeEach
    void fill() {
        IntStream.range(0, HOSTS).forEach(n -> served.register("payments", address(n)));
    }

    private static String address(int n) {
        return "127.0." + (1 + n / 250) + "." + (1 + n % 250);
    }

    @Test
    void withoutEdnsADatagramHas512BytesOfWholeRecords() {
        Message answer = client.exchange(query(PAYMENTS, Type.A, DClass.IN));

        assertThat(answer.numBytes()).isBetween(512 - 16, 512);
        assertThat(answer.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(answer.getSection(Section.ANSWER)).hasSize(29);
        assertThat(served.metric("discovery_dns_truncated_total")).isEqualTo(1);
    }

    @Test
    void recordsThatFillADatagramToTheLastByteAreAllThere() {
        // 48 bytes, and 29 records of 16.
        IntStream.range(0, 29).forEach(n -> served.register("twelve-chars", address(n)));

        Message answer = client.ask("twelve-chars.service.discovery.", Type.A);

        assertThat(answer.numBytes()).isEqualTo(512);
        assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(answer.getSection(Section.ANSWER)).hasSize(29);
    }

    @Test
    void aDatagramIsAsLargeAsTheClientTakesUpTo1232Bytes() {
        assertThat(client.ask(PAYMENTS, Type.A, 1_000).numBytes()).isBetween(1_000 - 16, 1_000);
        assertThat(client.ask(PAYMENTS, Type.A, 65_535).numBytes()).isBetween(1_232 - 16, 1_232);
        // RFC 6891, 6.2.3: less than 512 is 512.
        assertThat(client.ask(PAYMENTS, Type.A, 0).numBytes()).isBetween(512 - 16, 512);
    }

    @Test
    void whoIsCutOffSeesOthersEachTime() {
        Set<String> seen = new HashSet<>();

        // 200 addresses in 60 datagrams of 29: one is left out once in 60 runs, and 20 never.
        IntStream.range(0, 60).forEach(n -> seen.addAll(answers(client.ask(PAYMENTS, Type.A))));

        assertThat(seen).hasSizeGreaterThan(HOSTS - 20);
    }

    @Test
    void aResolverAsksAgainOverTcpAndGetsAll() {
        Message answer = client.resolve(PAYMENTS, Type.A);

        assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(answers(answer))
                .containsExactlyElementsOf(IntStream.range(0, HOSTS)
                        .mapToObj(DnsSizesTest::address)
                        .sorted()
                        .toList());
    }

    @Test
    void addressesOfTargetsComeAlongAsFarAsThereIsRoom() {
        Message cut = client.ask(PAYMENTS, Type.SRV, 1_232);
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.numBytes()).isLessThanOrEqualTo(1_232);
        assertAddressesAreOfTargets(cut);

        Message whole = client.askOverTcp(PAYMENTS, Type.SRV);
        assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(whole.getSection(Section.ANSWER)).hasSize(HOSTS);
        assertThat(whole.getSection(Section.ADDITIONAL)).hasSize(HOSTS);
        assertAddressesAreOfTargets(whole);
    }

    /** RFC 2181, 9: what is only additional may be missing without a word. */
    @Test
    void onlyWhatWasAskedForIsCutOff() {
        IntStream.range(0, 10).forEach(n -> served.register("ten", address(n)));

        Message answer = client.ask("ten.service.discovery.", Type.SRV, 700);

        assertThat(answer.getSection(Section.ANSWER)).hasSize(10);
        assertThat(answer.getSection(Section.ADDITIONAL)).hasSizeLessThan(10);
        assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
        assertAddressesAreOfTargets(answer);
    }

    private static void assertAddressesAreOfTargets(Message answer) {
        Set<String> targets = answer.getSection(Section.ANSWER).stream()
                .map(record -> ((SRVRecord) record).getTarget().toString())
                .collect(Collectors.toSet());
        for (Record record : answer.getSection(Section.ADDITIONAL)) {
            if (record.getType() != Type.OPT) {
                assertThat(targets).contains(record.getName().toString());
                assertThat(record.getName().toString())
                        .isEqualTo(record.rdataToString().replace('.', '-') + ".addr.service.discovery.");
            }
        }
    }

    /**
     * A message has 65,535 bytes at most: then a part is all there can be, and a resolver would not take "truncated".
     */
    @Test
    void whatNoMessageHoldsIsAnsweredInPartOverTcp() {
        IntStream.range(0, 5_000).forEach(n -> served.register("many", address(n)));

        Message addresses = client.askOverTcp("many.service.discovery.", Type.A);
        Message ports = client.askOverTcp("many.service.discovery.", Type.SRV);

        assertThat(addresses.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(addresses.getSection(Section.ANSWER)).hasSizeGreaterThan(4_000);
        assertThat(answers(addresses)).doesNotHaveDuplicates();
        assertThat(ports.getSection(Section.ANSWER)).hasSizeGreaterThan(1_000);
        assertThat(answers(ports)).doesNotHaveDuplicates();
    }

    /** RFC 6891, 6.1.1 and 7. */
    @Test
    void ednsIsAnsweredWithEdnsAndOnlyThen() {
        Message answer = client.ask(PAYMENTS, Type.SOA, 4_096);

        OPTRecord edns = Objects.requireNonNull(answer.getOPT());
        assertThat(edns.getPayloadSize()).isEqualTo(1_232);
        assertThat(edns.getVersion()).isZero();
        assertThat(edns.getFlags()).isZero();
        assertThat(client.ask(PAYMENTS, Type.SOA).getOPT()).isNull();
    }

    @Test
    void theWishForDnssecComesBack() {
        Message query = query(PAYMENTS, Type.A, DClass.IN);
        query.addRecord(new OPTRecord(1_232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);

        assertThat(Objects.requireNonNull(client.exchange(query).getOPT()).getFlags())
                .isEqualTo(ExtendedFlags.DO);
    }

    /** RFC 6891, 6.1.3. */
    @Test
    void aLaterVersionOfEdnsIsToldOfTheOneThereIs() {
        Message query = query(PAYMENTS, Type.A, DClass.IN);
        query.addRecord(new OPTRecord(1_232, 0, 1), Section.ADDITIONAL);

        Message answer = client.exchange(query);

        assertThat(rcode(answer)).isEqualTo("BADVERS");
        assertThat(Objects.requireNonNull(answer.getOPT()).getVersion()).isZero();
        assertThat(answers(answer)).isEmpty();
    }

    @Test
    void twoWordsOfEdnsAreMalformed() {
        Message query = query(PAYMENTS, Type.A, DClass.IN);
        query.addRecord(new OPTRecord(1_232, 0, 0), Section.ADDITIONAL);
        query.addRecord(new OPTRecord(1_232, 0, 0), Section.ADDITIONAL);

        assertThat(rcode(client.exchange(query))).isEqualTo("FORMERR");
    }

    @Test
    void anEmptyAnswerFitsAlwaysWhateverTheName() {
        String longest = ("x".repeat(63) + ".").repeat(3) + "y".repeat(43) + ".service.discovery.";

        Message answer = client.ask(longest, Type.A);

        assertThat(rcode(answer)).isEqualTo("NXDOMAIN");
        assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
        assertThat(answer.getHeader().getFlag(Flags.TC)).isFalse();
    }
}
