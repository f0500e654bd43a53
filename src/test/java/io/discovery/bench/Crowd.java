package io.discovery.bench;

/** Many clients that follow one service, each on a connection of its own, whatever they speak. */
interface Crowd extends AutoCloseable {

    /** How many they are. */
    int size();

    /** Waits until each of them has the list once; fails if one has not within a minute. */
    void awaitLists();

    /**
     * Makes a change, and waits until each of them has it; fails if one has not within a minute.
     *
     * @param text that is in the list from then on, and never was before
     * @return when each had it, by {@link System#nanoTime}
     */
    long[] see(String text, Runnable change);

    @Override
    void close();
}
