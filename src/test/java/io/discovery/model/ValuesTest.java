package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    /** Seed: POST /v1/registration, "IPv4 must be four dotted decimals". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "10.1", "10.0.0.256", "10.0.0.01", " 10.0.0.1", "10.0.0.1:80", "localhost", "1.2.3.4.5", "1.2.3.",
                "::g", "1::2::3", "fe80::1%eth0", "[::1]", ":", ":::", "::1.2.3", "::ffff:1.2.3.04", "1:2:3:4:5:6:7",
                "١.٢.٣.٤", "12345::", "a.b:c"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "127.0.0.1, 127.0.0.1",
        "255.255.255.255, 255.255.255.255",
        "::1, ::1",
        "::, ::",
        "1::, 1::",
        "2001:DB8:0:0:8:800:200C:417A, 2001:db8::8:800:200c:417a",
        "2001:0db8:0000:0000:0001:0000:0000:0001, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "0:0:1::, 0:0:1::",
        "::ffff:10.0.0.1, 10.0.0.1",
        "::FFFF:a00:1, 10.0.0.1",
        "64:ff9b::192.0.2.1, 64:ff9b::c000:201",
    })
    void anAddressHasOneSpelling(String given, String canonical) {
        assertThat(IpAddress.parse(given)).contains(new IpAddress(canonical));
    }

    @Property
    void theSpellingNamesTheSameAddressAndIsItsOwn(@ForAll("addresses") byte[] bytes) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);

        IpAddress parsed = IpAddress.parse(address.getHostAddress()).orElseThrow();

        assertThat(InetAddress.getByName(parsed.text())).isEqualTo(address);
        assertThat(IpAddress.parse(parsed.text())).contains(parsed);
    }

    @Provide
    Arbitrary<byte[]> addresses() {
        return Arbitraries.bytes()
                .edgeCases(edges -> edges.add((byte) 0))
                .array(byte[].class)
                .ofSize(16);
    }

    @Test
    void onlyCanonicalTextMakesAnAddress() {
        assertThatThrownBy(() -> new IpAddress("::0")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Seed: " 80 ", "+80", "08" and full-width digits are numbers; "1.5", "0x50" and "" are not. */
    @Test
    void numbersAreReadAsTheSeedReadsThem() {
        for (String eighty : List.of("80", " 80 ", "+80", "080", "８０", "٨٠", "\t80\n")) {
            assertThat(Port.number(eighty)).as(eighty).isEqualTo(BigInteger.valueOf(80));
        }
        for (String wrong :
                List.of("", " ", "1.5", "0x50", "8_0", "1e1", "+", "-", "--1", "8 0", "abc", "9".repeat(5000))) {
            assertThatThrownBy(() -> Port.number(wrong))
                    .as(wrong)
                    .isInstanceOf(RegistryException.InvalidParameter.class)
                    .hasMessageContaining("port: given '")
                    .hasMessageContaining("expected an integer between 1 and 65535");
        }
        assertThat(Port.number("-7")).isEqualTo(BigInteger.valueOf(-7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "65536", "100000000000000000000000000000000000000"})
    void aPortOutsideItsRangeIsRefused(String text) {
        BigInteger number = Port.number(text);

        assertThatThrownBy(() -> Port.inRange(number)).hasMessageContaining("given '" + text + "'");
    }

    @Test
    void aPortInItsRangeIsTaken() {
        assertThat(Port.inRange(BigInteger.ONE)).isEqualTo(1);
        assertThat(Port.inRange(BigInteger.valueOf(65_535))).isEqualTo(65_535);
    }

    /** Seed: POST /v1/loadbalancing. */
    @Test
    void aWeightIsAnIntegerFromOneToHundred() {
        for (String five : List.of("5", " 5 ", "05", "+5")) {
            assertThat(Weight.parse(five).value()).isEqualTo(5);
        }
        assertThat(Weight.parse("1").value()).isEqualTo(1);
        assertThat(Weight.parse("100").value()).isEqualTo(100);
        for (String wrong : List.of("0", "101", "-1", "1.0", "1e1", "abc", "1" + "0".repeat(30))) {
            assertThatThrownBy(() -> Weight.parse(wrong))
                    .isInstanceOf(RegistryException.InvalidParameter.class)
                    .hasMessageContaining(wrong);
        }
    }

    /** A tag is stored as the client sent it. */
    @Test
    void anInstanceWithoutAUsableWeightWeighsOne() {
        Version version = new Version(1, 1);
        assertThat(Weight.of(new Tags(List.of(new Tag(Weight.TAG, "100", version))))
                        .value())
                .isEqualTo(100);
        for (String none : List.of("0", "101", "-1", "1.0", "\"5\"", "null", "{}", "4711", "\u0665")) {
            assertThat(Weight.of(new Tags(List.of(new Tag(Weight.TAG, none, version)))))
                    .as(none)
                    .isEqualTo(Weight.UNSAID);
        }
        assertThat(Weight.of(Tags.NONE).value()).isEqualTo(1);
    }

    @Test
    void aServiceNameIsOnePathSegment() {
        assertThat(new ServiceName("a.b:c é").text()).isEqualTo("a.b:c é");
        assertThatThrownBy(() -> new ServiceName("")).isInstanceOf(RegistryException.InvalidParameter.class);
        assertThatThrownBy(() -> new ServiceName("a/b")).isInstanceOf(RegistryException.InvalidParameter.class);
        assertThatThrownBy(() -> new ServiceName("/a")).isInstanceOf(RegistryException.InvalidParameter.class);
    }

    @Test
    void aMessageNamesTheInstancesOfAnAddress() {
        ServiceName service = new ServiceName("payments");
        IpAddress address = new IpAddress("10.0.0.1");

        assertThat(new RegistryException.SeveralInstances(
                        address, List.of(new InstanceKey(service, address, 80), new InstanceKey(service, address, 81))))
                .hasMessage("ip_address: given '10.0.0.1', which has several ports; "
                        + "expected one of 10.0.0.1:80, 10.0.0.1:81");
    }

    @Test
    void aMessageNeverRepeatsAWholeNovel() {
        RegistryException.InvalidParameter failure =
                new RegistryException.InvalidParameter("tags", "x".repeat(60_000), "less");

        assertThat(failure.getMessage()).hasSizeLessThan(300);
        assertThat(failure.expected()).isEqualTo("less");
        assertThat(failure.given()).isEqualTo("x".repeat(200) + "…");
        assertThat(new RegistryException.InvalidParameter("tags", "x".repeat(200), "less").given())
                .isEqualTo("x".repeat(200));
    }

    @Test
    void thePredecessorIsTheGreatestVersionBelow() {
        assertThat(new Version(5, 3).predecessor()).isEqualTo(new Version(5, 2));
        assertThat(new Version(5, Long.MIN_VALUE).predecessor()).isEqualTo(new Version(4, Long.MAX_VALUE));
    }

    @Test
    void instancesAreOrderedByAddressAsTextAsTheSeedDoes() {
        ServiceName service = new ServiceName("s");
        InstanceKey two = InstanceKey.of(service, new IpAddress("10.0.0.2"));
        InstanceKey ten = InstanceKey.of(service, new IpAddress("10.0.0.10"));

        assertThat(ten).isLessThan(two);
        assertThat(new InstanceKey(service, new IpAddress("::1"), 80).instance())
                .isEqualTo("[::1]:80");
    }

    @Test
    void instancesOfOneAddressAreOrderedByPortThenByService() {
        IpAddress address = new IpAddress("10.0.0.1");
        InstanceKey low = new InstanceKey(new ServiceName("z"), address, 9);
        InstanceKey high = new InstanceKey(new ServiceName("a"), address, 80);

        assertThat(low).isLessThan(high);
        assertThat(high).isLessThan(new InstanceKey(new ServiceName("b"), address, 80));
    }

    /** Members of two versions of the program share a map. */
    @Test
    void theMapNamesAnInstanceTheSameInEveryVersionOfTheProgram() {
        ServiceName service = new ServiceName("payments");

        assertThat(InstanceKey.of(service, new IpAddress("10.0.0.1"))).hasToString("payments/10.0.0.1");
        assertThat(new InstanceKey(service, new IpAddress("10.0.0.1"), 80)).hasToString("payments/10.0.0.1:80");
    }

    /** They compare digests by bucket. */
    @Test
    void anInstanceIsInOneBucketInEveryVersionOfTheProgram() {
        InstanceKey one = InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0.1"));
        InstanceKey other = new InstanceKey(new ServiceName("orders"), new IpAddress("::1"), 80);

        assertThat(Buckets.of(one)).isEqualTo(589);
        assertThat(Buckets.of(other)).isEqualTo(665);
    }

    /** RETENTION is 140 s, and a slice 2.1875 s. */
    @Test
    void aComparisonLeavesOutWhatIsDroppedWithinHalfAMinute() {
        Comparison comparison = Comparison.at(new Lease(10_000_000), 1_000_000_000);

        assertThat(comparison).isEqualTo(new Comparison(2_187_500, 406));
        assertThat(comparison.includes(writtenAt(407 * 2_187_500))).isTrue();
        assertThat(comparison.includes(writtenAt(407 * 2_187_500 - 1))).isFalse();
    }

    private static Registration writtenAt(long micros) {
        InstanceKey key = InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0.1"));
        return new Registration(key, null, Tags.NONE, new Version(micros, 1));
    }

    @Test
    @SuppressWarnings("StringOperationCanBeSimplified") // other objects
    void equalTextsOfUpTo64CharactersAreOneObject() {
        // A new text: the pool lives as long as the process.
        String most = ("x".repeat(64) + System.nanoTime())
                .substring(Long.toString(System.nanoTime()).length());
        String tooLong = most + "x";

        assertThat(StringPool.of(most)).isSameAs(most);
        assertThat(StringPool.of(new String(most))).isSameAs(StringPool.of(most));
        assertThat(StringPool.of(new String(tooLong))).isNotSameAs(StringPool.of(tooLong));
    }

    @Test
    void theLongestSpellingOfAnAddressIsTaken() {
        assertThat(IpAddress.parse("0000:0000:0000:0000:0000:ffff:255.255.255.255"))
                .contains(new IpAddress("255.255.255.255"));
    }

    @Test
    void aVersionIsAheadBeyondAMinute() {
        assertThat(new Version(60_000_007, 1).isAhead(7)).isFalse();
        assertThat(new Version(60_000_008, 1).isAhead(7)).isTrue();
    }

    @Test
    void theLongestNumberHas4300Digits() {
        assertThat(Port.number("9".repeat(4_300))).isGreaterThan(BigInteger.ONE);
        assertThatThrownBy(() -> Port.number("9".repeat(4_301))).isInstanceOf(RegistryException.InvalidParameter.class);
    }
}
