package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.parsed;
import static io.discovery.dns.DnsClient.query;
import static io.discovery.dns.DnsClient.rcode;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Hostile bytes: the server goes on, leaks nothing, and counts them. Another seed, for other nonsense, comes from the
 * system property {@code fuzz.seed}.
 */
class DnsHostileTest {

    private static final long SEED = Long.getLong("fuzz.seed", 20_261_124);
    private static final int ROUNDS = 3_000;
    private static final String PAYMENTS = "payments.service.discovery.";

    private final ServedDirectory served = ServedDirectory.start();
    private final DnsClient client = served.client();
    private final Random random = new Random(SEED);

    @BeforeEach
    void register() {
        served.register("payments", "127.0.0.2");
    }

    @AfterEach
    void theServerServesOn() {
        assertThat(answers(client.ask(PAYMENTS, Type.A))).containsExactly("127.0.0.2");
        assertThat(answers(client.askOverTcp(PAYMENTS, Type.A))).containsExactly("127.0.0.2");
        served.close();
    }

    @Test
    void responsesAreDropped() {
        Message response = query(PAYMENTS, Type.A, DClass.IN);
        response.getHeader().setFlag(Flags.QR);

        assertThat(client.isDropped(response.toWire())).isTrue();
        assertThat(served.metric("discovery_dns_queries_total{outcome=\"dropped\"}"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 11})
    void lessThanAHeadIsDropped(int length) {
        assertThat(client.isDropped(new byte[length])).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcode.IQUERY, Opcode.STATUS, 3, Opcode.NOTIFY, Opcode.UPDATE, 15})
    void onlyQueriesAreUnderstood(int opcode) {
        Message message = query(PAYMENTS, Type.SOA, DClass.IN);
        message.getHeader().setOpcode(opcode);

        Message answer = client.exchange(message);

        assertThat(rcode(answer)).isEqualTo("NOTIMP");
        assertThat(answer.getHeader().getOpcode()).isEqualTo(opcode);
        assertThat(answer.getHeader().getID()).isEqualTo(message.getHeader().getID());
        assertThat(answer.numBytes()).isEqualTo(12);
    }

    /** RFC 9619. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2, 65_535})
    void oneQuestionIsAskedAtATime(int questions) {
        byte[] message = query(PAYMENTS, Type.A, DClass.IN).toWire();
        message[4] = (byte) (questions >> 8);
        message[5] = (byte) questions;

        assertThat(rcode(parsed(client.exchange(message)))).isEqualTo("FORMERR");
    }

    @Test
    void twoQuestionsAreMalformedThoughTheyAreThere() {
        Message message = query(PAYMENTS, Type.A, DClass.IN);
        message.addRecord(Record.newRecord(message.getQuestion().getName(), Type.AAAA, DClass.IN), Section.QUESTION);

        assertThat(rcode(client.exchange(message))).isEqualTo("FORMERR");
    }

    /** Each record of it may be a name that points at a name, and so on: thousands of steps, hundreds of times. */
    @ParameterizedTest
    @CsvSource({"1,1", "1,100", "2,2", "2,100", "3,3", "3,100"})
    void moreRecordsThanAQueryHasAreMalformed(int section, int records) {
        Message message = query(PAYMENTS, Type.A, DClass.IN);
        for (int i = 0; i < records; i++) {
            message.addRecord(unknown(new byte[0]), section);
        }

        assertThat(rcode(client.exchange(message))).isEqualTo("FORMERR");
    }

    /** The record may have names inside again. */
    @Test
    void ofARecordThatIsNoEdnsTheLengthIsRead() {
        Message message = query(PAYMENTS, Type.A, DClass.IN);
        message.addRecord(unknown(new byte[] {3}), Section.ADDITIONAL);
        message.addRecord(new OPTRecord(1_232, 0, 0), Section.ADDITIONAL);
        byte[] sent = message.toWire();
        int typeAt = query(PAYMENTS, Type.A, DClass.IN).toWire().length + 1;
        sent[typeAt] = 0;
        sent[typeAt + 1] = Type.CNAME;

        Message answer = parsed(client.exchange(sent));

        assertThat(answers(answer)).containsExactly("127.0.0.2");
        assertThat(answer.getOPT()).isNotNull();
    }

    @Test
    void anOwnerNameOfTheLongestLabelIsRead() {
        Message message = query(PAYMENTS, Type.A, DClass.IN);
        Name owner = Name.fromConstantString("l".repeat(63) + ".");
        message.addRecord(Record.newRecord(owner, 65_280, DClass.IN, 0, 0, new byte[0]), Section.ADDITIONAL);

        assertThat(answers(client.exchange(message))).containsExactly("127.0.0.2");
    }

    /** RFC 1995, 3: a client that asks for changes names its version in the authority section. */
    @Test
    void aTransferOfChangesIsRefusedAndNotMalformed() {
        Message message = query("service.discovery.", Type.IXFR, DClass.IN);
        message.addRecord(
                new SOARecord(message.getQuestion().getName(), DClass.IN, 0, Name.root, Name.root, 1, 2, 3, 4, 5),
                Section.AUTHORITY);

        assertThat(rcode(client.exchange(message))).isEqualTo("REFUSED");
    }

    /** RFC 6891, 6.1.2. */
    @Test
    void ednsOfANameIsMalformed() {
        Message message = query(PAYMENTS, Type.A, DClass.IN);
        message.addRecord(new OPTRecord(1_232, 0, 0), Section.ADDITIONAL);
        byte[] named = message.toWire();
        int at = named.length - 11;
        byte[] sent = Arrays.copyOf(named, named.length + 1);
        sent[at] = (byte) 0xc0;
        sent[at + 1] = 12;
        System.arraycopy(named, at + 1, sent, at + 2, 10);

        assertThat(rcode(parsed(client.exchange(sent)))).isEqualTo("FORMERR");
    }

    private static Record unknown(byte[] data) {
        return Record.newRecord(Name.root, 65_280, DClass.IN, 0, data.length, data);
    }

    @Test
    void aMessageThatEndsEarlyIsMalformed() {
        byte[] whole = query(PAYMENTS, Type.A, DClass.IN).toWire();

        for (int length = 12; length < whole.length; length++) {
            byte[] answer = client.exchange(Arrays.copyOf(whole, length));
            assertThat(rcode(parsed(answer))).as("%s bytes", length).isEqualTo("FORMERR");
            assertThat(answer).hasSize(12).startsWith(whole[0], whole[1]);
        }
    }

    @Test
    void aNameThatPointsAtItselfIsMalformed() {
        byte[] message = {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte) 0xc0, 12, 0, 1, 0, 1};

        assertThat(rcode(parsed(client.exchange(message)))).isEqualTo("FORMERR");
    }

    /** Bytes behind a query in its datagram are ignored. */
    @Test
    void bytesBehindAQueryDoNoHarm() {
        byte[] whole = query(PAYMENTS, Type.A, DClass.IN).toWire();

        assertThat(answers(parsed(client.exchange(Arrays.copyOf(whole, whole.length + 100)))))
                .containsExactly("127.0.0.2");
    }

    /** A sender who gives another's address can do little with what is answered to nonsense: it is never larger. */
    @Test
    void nonsenseIsAnsweredWithNoMoreThanItWas() throws IOException {
        Message mine = query("service.discovery.", Type.SOA, DClass.IN);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), served.port());
            socket.setSoTimeout((int) DnsClient.PATIENCE.toMillis());
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            for (int round = 0; round < ROUNDS; round++) {
                byte[] sent = nonsense();
                socket.send(new DatagramPacket(sent, sent.length));
                // Answers come in the order of queries: what comes before the one to mine is the one to the nonsense.
                mine.getHeader().setID(sent.length < 2 ? 0 : ~((sent[0] & 0xff) << 8 | (sent[1] & 0xff)) & 0xffff);
                socket.send(new DatagramPacket(mine.toWire(), mine.toWire().length));
                socket.receive(answer);
                if (id(answer) != mine.getHeader().getID()) {
                    int rcode = answer.getData()[3] & 0x0f;
                    assertThat(rcode == 0 || rcode == 3 || answer.getLength() <= sent.length)
                            .as("round %s of seed %s: %s bytes", round, SEED, answer.getLength())
                            .isTrue();
                    assertThat(answer.getLength()).isLessThanOrEqualTo(1_232);
                    socket.receive(answer);
                    assertThat(id(answer)).isEqualTo(mine.getHeader().getID());
                }
            }
        }
        assertThat(served.metric("discovery_dns_queries_total{outcome=\"servfail\"}"))
                .isZero();
        assertThat(served.metric("discovery_dns_queries_total{outcome=\"formerr\"}"))
                .isGreaterThan(100);
        assertThat(served.metric("discovery_dns_queries_total{outcome=\"noerror\"}"))
                .isGreaterThan(ROUNDS);
    }

    private static int id(DatagramPacket packet) {
        return (packet.getData()[0] & 0xff) << 8 | (packet.getData()[1] & 0xff);
    }

    /** Returns random bytes, or a query with some. */
    private byte[] nonsense() {
        if (random.nextInt(3) == 0) {
            return bytes(random.nextInt(600));
        }
        Message query = query(PAYMENTS, random.nextBoolean() ? Type.A : random.nextInt(65_536), DClass.IN);
        if (random.nextBoolean()) {
            query.addRecord(new OPTRecord(random.nextInt(65_536), 0, 0), Section.ADDITIONAL);
        }
        byte[] changed = query.toWire();
        for (int i = random.nextInt(6); i > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        // Mostly neither a response nor another opcode: those are not read any further.
        changed[2] = (byte) (changed[2] & (random.nextInt(5) == 0 ? 0xff : 0x07));
        return random.nextInt(4) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length + 50)) : changed;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void nonsenseOverTcpEndsItsConnectionAtMost() throws IOException {
        for (int round = 0; round < ROUNDS / 10; round++) {
            try (Socket socket = client.connect(0)) {
                socket.getOutputStream().write(random.nextBoolean() ? bytes(3_000) : DnsClient.framed(nonsense()));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (SocketException reset) {
                // It ended while more was coming.
                assertThat(reset).hasMessageMatching("Connection reset|Broken pipe.*");
            }
        }
        assertThat(served.metric("discovery_dns_queries_total{outcome=\"servfail\"}"))
                .isZero();
    }
}
