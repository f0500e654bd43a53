package io.discovery.tls;

import io.discovery.model.AddressBits;
import io.discovery.process.FairTasks;
import java.net.SocketAddress;

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
        return tasks.add(AddressBits.ownNetworkOf(from), step);
    }
}
