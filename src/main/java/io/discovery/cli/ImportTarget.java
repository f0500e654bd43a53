package io.discovery.cli;

import java.util.List;

/** The receiver of the hosts of an import. */
interface ImportTarget extends AutoCloseable {

    /**
     * Takes hosts, no more than a request may have.
     *
     * @param refusals hears of those that cannot be taken
     */
    void take(List<HostLine> batch, Refusals refusals);

    /** Tells what has been done with all of them. */
    void end();

    @Override
    void close();

    /** The lines that were not taken. */
    interface Refusals {
        void add(String line, String why);
    }
}
