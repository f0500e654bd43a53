package io.discovery.directory;

/**
 * The most hosts that may be listed, and the most services that may have one. 0 stands for no limit.
 *
 * @param among the services that count, for messages; empty for all
 * @param ofHosts the setting that says how many hosts, for messages
 * @param ofServices likewise for services
 */
public record HostLimit(int hosts, int services, String among, String ofHosts, String ofServices) {

    /** Returns whether there is a limit at all. */
    public boolean isOne() {
        return hosts > 0 || services > 0;
    }
}
