package io.discovery.tls;

import io.discovery.process.FairTasks;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * The costly steps of handshakes, on a thread of their own, where the addresses from which they come take turns. A step is
 * let go, with all that it holds, when its connection ends. Thread-safe.
 */
public final class HandshakeTasks {

    private final FairTasks tasks;

    /** @param name of the thread, which ends when there is nothing to do for a while */
    public HandshakeTasks(String name) {
        this.tasks = new FairTasks(name);
    }

    /**
     * Adds a step, which the caller cancels when its connection ends.
     *
     * @param from the other side of the connection
     */
    public FairTasks.Task add(SocketAddress from, Runnable step) {
        return tasks.add(source(from), step);
    }

    /** Returns the address, or of IPv6 the network, whose 64 bits come first: a client may have all addresses in it. */
    private static Object source(SocketAddress from) {
        InetAddress address = from instanceof InetSocketAddress socket ? socket.getAddress() : null;
        if (address instanceof Inet6Address) {
            return ByteBuffer.wrap(address.getAddress()).getLong();
        }
        return address == null ? from : address;
    }
}
