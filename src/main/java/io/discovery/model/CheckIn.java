package io.discovery.model;

/**
 * Data of an instance's last registration. Its time is the time of its version.
 *
 * @param port 1 to 65535
 * @param repo the seed's service_repo_name; empty if the client sent none
 * @param graceMicros how much later the instance may have checked in again without a trace: 0, or above it for a
 *     check-in read from a backend that receives heartbeats late, after every member that knew better had died
 */
public record CheckIn(Version version, int port, String revision, String repo, long graceMicros) {

    public CheckIn {
        revision = StringPool.of(revision);
        repo = StringPool.of(repo);
    }

    /** Creates a check-in without grace. */
    public CheckIn(Version version, int port, String revision, String repo) {
        this(version, port, revision, repo, 0);
    }

    /** Returns the time of the check-in: microseconds since the epoch, by the cluster's clock. */
    public long micros() {
        return version.micros();
    }

    /** Returns the same check-in with another version. */
    CheckIn at(Version other) {
        return new CheckIn(other, port, revision, repo, graceMicros);
    }

    /**
     * Returns the later of two check-ins; of two copies of one, the copy with less grace. Equal versions should mean
     * equal contents; if not, every member picks the same.
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
