package io.discovery.model;

/**
 * What an instance said of itself the last time it registered. Its time is the time of its version.
 *
 * @param port 1 to 65535
 * @param repo the seed's service_repo_name; empty if none was sent
 * @param graceMicros how much later the instance may have checked in again without a trace: 0, or above it if this was
 *     read from a backend that is told of heartbeats late, after everyone who knew better had died
 */
public record CheckIn(Version version, int port, String revision, String repo, long graceMicros) {

    public CheckIn {
        revision = StringPool.of(revision);
        repo = StringPool.of(repo);
    }

    /** A check-in of which nothing is in doubt. */
    public CheckIn(Version version, int port, String revision, String repo) {
        this(version, port, revision, repo, 0);
    }

    /** When the instance checked in: microseconds since the epoch, by the cluster's clock. */
    public long micros() {
        return version.micros();
    }

    /** The same, made by another version. */
    CheckIn at(Version other) {
        return new CheckIn(other, port, revision, repo, graceMicros);
    }

    /**
     * The later of two; of two copies of one check-in the one that is more certain. Equal versions should mean equal
     * contents; if not, every member picks the same.
     */
    static CheckIn merge(CheckIn a, CheckIn b) {
        return compare(a, b) >= 0 ? a : b;
    }

    private static int compare(CheckIn a, CheckIn b) {
        int order = a.version.compareTo(b.version);
        order = order != 0 ? order : Integer.compare(a.port, b.port);
        order = order != 0 ? order : a.revision.compareTo(b.revision);
        order = order != 0 ? order : a.repo.compareTo(b.repo);
        return order != 0 ? order : Long.compare(b.graceMicros, a.graceMicros);
    }
}
