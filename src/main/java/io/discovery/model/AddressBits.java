package io.discovery.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * The bits of an IP address, by which networks are compared. IPv4-mapped IPv6 (RFC 4291, 2.5.5.2) is IPv4, and a zone
 * id does not count.
 *
 * @param high the first 64 bits; an IPv4 address takes the first 32 of them
 * @param low the other 64 bits; 0 for IPv4
 */
public record AddressBits(long high, long low, boolean isIpv6) {

    /** The bits of an IPv6 network that a client has for itself. */
    private static final int OWN_NETWORK = 64;

    /** The third group of four bytes of an IPv4-mapped address, of which the first two groups are zero. */
    private static final int MAPPED = 0xffff;

    public static AddressBits of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == Integer.BYTES) {
            return ipv4(bits(bytes, 0, Integer.BYTES));
        }
        long high = bits(bytes, 0, Long.BYTES);
        long low = bits(bytes, Long.BYTES, bytes.length);
        boolean isMapped = high == 0 && low >>> Integer.SIZE == MAPPED;
        return isMapped ? ipv4(low) : new AddressBits(high, low, true);
    }

    private static long bits(byte[] bytes, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits = bits << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
        }
        return bits;
    }

    public static AddressBits of(IpAddress address) {
        try {
            return of(InetAddress.getByName(address.text()));
        } catch (UnknownHostException literalsAreNotLookedUp) {
            throw new IllegalStateException(literalsAreNotLookedUp);
        }
    }

    private static AddressBits ipv4(long bits) {
        return new AddressBits(bits << Integer.SIZE, 0, false);
    }

    /** Returns the length of an address of this kind, in bits. */
    public int length() {
        return isIpv6 ? 2 * Long.SIZE : Integer.SIZE;
    }

    /** Returns whether the other address is of the same kind, and begins with the same {@code prefix} bits. */
    public boolean sharesPrefix(AddressBits other, int prefix) {
        return isIpv6 == other.isIpv6
                && ((high ^ other.high) & mask(prefix)) == 0
                && ((low ^ other.low) & mask(prefix - Long.SIZE)) == 0;
    }

    /** Returns the network of the first {@code prefix} bits: the others are zero. */
    public AddressBits network(int prefix) {
        return new AddressBits(high & mask(prefix), low & mask(prefix - Long.SIZE), isIpv6);
    }

    /** Returns the network whose addresses a client may all have: of IPv4 the address alone. */
    public AddressBits ownNetwork() {
        return isIpv6 ? network(OWN_NETWORK) : this;
    }

    /** Returns the network of a client by its socket, as of {@link #ownNetwork}; a socket without an IP address itself. */
    public static Object ownNetworkOf(SocketAddress client) {
        InetAddress address = client instanceof InetSocketAddress socket ? socket.getAddress() : null;
        return address == null ? client : of(address).ownNetwork();
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : -1L << Math.max(0, Long.SIZE - ones);
    }
}
