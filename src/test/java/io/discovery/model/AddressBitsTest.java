package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressBitsTest {

    private static final int ROUNDS = 20_000;

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 24, 10.1.2.0",
        "255.255.255.255, 0, 0.0.0.0",
        "255.255.255.255, 1, 128.0.0.0",
        "255.255.255.255, 32, 255.255.255.255",
        "2001:db8:1:2ff:3::4, 56, 2001:db8:1:200::",
        "2001:db8:1:2ff:3::4, 64, 2001:db8:1:2ff::",
        "ffff::ffff, 127, ffff::fffe",
        "ffff::ffff, 0, ::"
    })
    void aNetworkIsTheFirstBits(String address, int prefix, String network) {
        assertThat(bits(address).network(prefix)).isEqualTo(bits(network));
    }

    /** Java makes IPv4 of such an address, unless it has a zone. */
    @Test
    void ipv4MappedIsIpv4AlsoWithAZone() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 127, 0, 0, 1};

        assertThat(AddressBits.of(Inet6Address.getByAddress(null, mapped, 3))).isEqualTo(bits("127.0.0.1"));
        assertThat(bits("127.0.0.1").length()).isEqualTo(32);
    }

    @Test
    void aZoneDoesNotCount() throws UnknownHostException {
        byte[] local = InetAddress.getByName("fe80::1").getAddress();

        assertThat(AddressBits.of(Inet6Address.getByAddress(null, local, 3))).isEqualTo(bits("fe80::1"));
    }

    @Test
    void theNetworkOfAClientIsItsIpv4AddressOrItsIpv6NetworkOf64Bits() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 127, 0, 0, 1};

        assertThat(ownNetwork(InetAddress.getLoopbackAddress())).isEqualTo(bits("127.0.0.1"));
        assertThat(ownNetwork(Inet6Address.getByAddress(null, mapped, 3))).isEqualTo(bits("127.0.0.1"));
        assertThat(ownNetwork(InetAddress.getByName("2001:db8:1:2::3"))).isEqualTo(bits("2001:db8:1:2::"));
    }

    @Test
    void aSocketWithoutAnIpAddressIsItsOwnNetwork() {
        SocketAddress unix = UnixDomainSocketAddress.of("/run/clients");
        SocketAddress unresolved = InetSocketAddress.createUnresolved("localhost", 1);

        assertThat(AddressBits.ownNetworkOf(unix)).isSameAs(unix);
        assertThat(AddressBits.ownNetworkOf(unresolved)).isSameAs(unresolved);
    }

    private static Object ownNetwork(InetAddress address) {
        return AddressBits.ownNetworkOf(new InetSocketAddress(address, 4711));
    }

    @Test
    void kindsShareNoPrefix() {
        assertThat(bits("0.0.0.0").sharesPrefix(bits("::"), 0)).isFalse();
        assertThat(bits("32.1.0.0").sharesPrefix(bits("2001::"), 8)).isFalse();
    }

    /** Arithmetic on whole numbers, which no event loop has the time for, is the reference. */
    @Test
    void prefixesAreSharedAsWholeNumbersShareThem() throws UnknownHostException {
        Random random = new Random(20_261_127);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] one = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(one);
            byte[] other = one.clone();
            int flipped = random.nextInt(Byte.SIZE * one.length);
            other[flipped / Byte.SIZE] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            int prefix = random.nextInt(Byte.SIZE * one.length + 1);
            int rest = Byte.SIZE * one.length - prefix;

            boolean isShared = bits(one).sharesPrefix(bits(other), prefix);

            assertThat(isShared)
                    .as("%s bits of %s and %s", prefix, InetAddress.getByAddress(one), InetAddress.getByAddress(other))
                    .isEqualTo(
                            new BigInteger(1, one).shiftRight(rest).equals(new BigInteger(1, other).shiftRight(rest)));
        }
    }

    private static AddressBits bits(byte[] address) throws UnknownHostException {
        return AddressBits.of(InetAddress.getByAddress(address));
    }

    private static AddressBits bits(String address) {
        return AddressBits.of(new IpAddress(address));
    }
}
