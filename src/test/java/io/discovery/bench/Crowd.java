package io.discovery.bench;

/** A crowd of clients that follow one service, each on a connection of its own, in some protocol. */
interface Crowd extends AutoCloseable {

    /** Returns the number of clients. */
    int size();

    /** Waits until each of them has the list once; fails if one has not within a minute. */
    void awaitLists();

    /**
     * Makes a change and waits until each client has it; fails if one has not within a minute.
     *
     * @param text a new text that is in the list from then on
     * @return the moments at which the clients had it, by {@link System#nanoTime}
     */
    long[] see(String text, Runnable change);

    @Override
    void close();
}
