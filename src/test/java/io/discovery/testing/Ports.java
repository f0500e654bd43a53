package io.discovery.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports on which no process listened a moment ago, below those that the system gives to outgoing connections: a
 * connection of a member to its peers must not take one before it is listened on. Each is given once, because tests run
 * side by side: two of them could mean the same port before either listens, and a member must not find a stranger
 * there.
 */
public final class Ports {

    private static final int ATTEMPTS = 100;
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 30_000;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    /** Returns distinct ports. */
    public static synchronized List<Integer> free(int count) {
        return ThreadLocalRandom.current()
                .ints(LOWEST, HIGHEST)
                .filter(Ports::isFree)
                .filter(GIVEN::add)
                .limit(count)
                .boxed()
                .toList();
    }

    /** Returns the first of {@code count} ports in a row. */
    public static synchronized int inARow(int count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST - count);
            if (IntStream.range(first, first + count).allMatch(Ports::isFree)) {
                IntStream.range(first, first + count).forEach(GIVEN::add);
                return first;
            }
        }
        throw new AssertionError("no " + count + " free ports in a row found");
    }

    private static boolean isFree(int port) {
        if (GIVEN.contains(port)) {
            return false;
        }
        try (ServerSocket tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                DatagramSocket udp = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            return tcp.isBound() && udp.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
