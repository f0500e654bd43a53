package io.discovery.model;

/**
 * What an instance said of itself the last time it registered. Its time is the time of its version.
 *
 * @param port 1 to 65535
 * @param repo the seed's service_repo_name; empty if none was sent
 */
public record CheckIn(Version version, int port, String revision, String repo) {

    /** When the instance checked in: microseconds since the epoch, by the cluster's clock. */
    public long micros() {
        return version.micros();
    }

    /** The later of two. Equal versions should mean equal contents; if not, every member picks the same. */
    static CheckIn merge(CheckIn a, CheckIn b) {
        return compare(a, b) >= 0 ? a : b;
    }

    private static int compare(CheckIn a, CheckIn b) {
        int order = a.version.compareTo(b.version);
        order = order != 0 ? order : Integer.compare(a.port, b.port);
        order = order != 0 ? order : a.revision.compareTo(b.revision);
        return order != 0 ? order : a.repo.compareTo(b.repo);
    }
}
