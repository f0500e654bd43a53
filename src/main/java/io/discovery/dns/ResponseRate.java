package io.discovery.dns;

import io.discovery.model.AddressBits;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The rate of responses to each source network, in memory of a fixed size. An attacker who is to fill a victim's link
 * can forge all addresses of its network, so sources count by network, as in BIND and Knot DNS: an IPv4 /24, an IPv6
 * /56.
 *
 * <p>A slot is a time: the end of the last response if each took its share of a second, and no two at once (the
 * generic cell rate algorithm of ITU-T I.371). A network whose slot is a second ahead has had all that it may. A table
 * by network would grow with every forged source, or forget the one that is attacked. Here networks share slots. Each
 * has two, and has had all only if both say so: sources in their millions fill no slot, and a network of which a flood
 * fills one slot most likely has another. Chance decides, by multiply-shift hashing (Dietzfelbinger et al., 1997),
 * which networks share slots, so that no attacker can aim at one.
 *
 * <p>Confined to one event loop.
 */
final class ResponseRate {

    /** Responses to a network in a second, and at once after a pause. */
    static final int PER_SECOND = 200;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long SHARE = SECOND / PER_SECOND;
    private static final int IPV4_NETWORK = 24;
    private static final int IPV6_NETWORK = 56;
    /** Bits of the index of a slot: 65,536 slots twice are 1 MB. */
    private static final int INDEX_BITS = 16;

    private final LongSupplier nanoTime;
    private final long start;
    private final Slots first;
    private final Slots second;

    /** @param random picks which networks share slots */
    ResponseRate(LongSupplier nanoTime, Random random) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.first = new Slots(random.nextLong());
        this.second = new Slots(random.nextLong());
    }

    /** Returns whether a response to this source keeps the rate of its network, and counts it if it does. */
    boolean admits(AddressBits source) {
        long now = nanoTime.getAsLong() - start;
        long network = network(source);
        if (!first.hasRoom(network, now) && !second.hasRoom(network, now)) {
            return false;
        }
        first.add(network, now);
        second.add(network, now);
        return true;
    }

    /** Returns the network in 64 bits, of which the last one, that no network reaches, tells IPv6. */
    private static long network(AddressBits source) {
        return source.isIpv6()
                ? source.network(IPV6_NETWORK).high() | 1
                : source.network(IPV4_NETWORK).high();
    }

    /** Slots that networks share by one hash function. */
    private static final class Slots {
        private final long[] ends = new long[1 << INDEX_BITS];
        private final long multiplier;

        Slots(long random) {
            this.multiplier = random | 1;
        }

        private int index(long network) {
            return (int) (network * multiplier >>> Long.SIZE - INDEX_BITS);
        }

        boolean hasRoom(long network, long now) {
            return ends[index(network)] + SHARE <= now + SECOND;
        }

        /** Adds a response. A full slot stays as it is, for a network that its other slot admits. */
        void add(long network, long now) {
            int index = index(network);
            ends[index] = Math.min(Math.max(ends[index], now) + SHARE, now + SECOND);
        }
    }
}
