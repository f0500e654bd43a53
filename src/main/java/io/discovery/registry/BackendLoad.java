package io.discovery.registry;

import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings together, at the start, what this member's backend holds and what the registry knows: rows that are news are
 * offered to the cluster, registrations that the backend lacks or has older are written. What both have alike is left
 * alone, so that a healthy restart offers and writes nothing.
 */
public final class BackendLoad {

    private static final int OFFERS_A_BATCH = 500;

    private final StorageBackend backend;
    private final RegistrationCopies map;
    private final ReadCopy copy;
    private final Clock clock;
    private final Lease lease;

    /**
     * What a load did.
     *
     * @param rows read from the backend
     * @param offered of them, news to the registry
     */
    public record Result(int rows, int offered) {}

    public BackendLoad(StorageBackend backend, RegistrationCopies map, ReadCopy copy, Clock clock, Lease lease) {
        this.backend = backend;
        this.map = map;
        this.copy = copy;
        this.clock = clock;
        this.lease = lease;
    }

    /**
     * Reads the whole backend. Blocks; call it when this member's copy has all that the cluster has, and
     * before {@code writeBehind} follows it. Throws what the ports throw; calling it again is safe.
     */
    public Result run(WriteBehind writeBehind) {
        Map<InstanceKey, Long> stored = new HashMap<>();
        List<Registration> news = new ArrayList<>();
        int[] offered = {0};
        backend.scan(row -> {
            stored.put(row.key(), row.digest());
            Registration ours = copy.find(row.key());
            Registration restored = row.clampedTo(clock.nowMicros() + Version.CLOCK_TOLERANCE_MICROS)
                    .restoredBeside(ours, lease);
            if (!restored.mergedInto(ours).equals(ours)) {
                news.add(restored);
            }
            if (news.size() == OFFERS_A_BATCH) {
                offered[0] += offer(news);
            }
        });
        offered[0] += offer(news);
        writeDifferences(stored, writeBehind);
        return new Result(stored.size(), offered[0]);
    }

    private int offer(List<Registration> news) {
        map.offer(news);
        news.forEach(copy::merge);
        int count = news.size();
        news.clear();
        return count;
    }

    /** For a backend that cannot be read, but perhaps written: all that is known goes there. */
    public void skip(WriteBehind writeBehind) {
        writeDifferences(Map.of(), writeBehind);
    }

    private void writeDifferences(Map<InstanceKey, Long> stored, WriteBehind writeBehind) {
        // Follow first: what changes during the pass is written because it changed.
        writeBehind.follow();
        for (Registration registration : copy.all()) {
            Long digest = stored.get(registration.key());
            if (digest == null || digest != registration.digest()) {
                writeBehind.changed(registration);
            }
        }
    }
}
