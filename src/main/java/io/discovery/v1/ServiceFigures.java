package io.discovery.v1;

import io.discovery.directory.Listing;
import io.discovery.json.JsonText;
import io.discovery.json.UtcTime;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Weight;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The figures of one service, gathered from its hosts one after the other. Confined to one thread. */
final class ServiceFigures implements Consumer<Listing> {

    private final Lease lease;
    private final long nowMicros;
    private final Set<String> revisions = new HashSet<>();
    /** The revision of the host before: most hosts of a service have the same. */
    private @Nullable String lastRevision;

    private int hosts;
    private int silent;
    private int minWeight = Integer.MAX_VALUE;
    private int maxWeight;
    private long lastCheckIn;

    /** @param nowMicros the time by which a host is silent */
    ServiceFigures(Lease lease, long nowMicros) {
        this.lease = lease;
        this.nowMicros = nowMicros;
    }

    @Override
    public void accept(Listing host) {
        hosts++;
        silent += lease.isHalfOver(host.checkIn(), nowMicros) ? 1 : 0;
        String revision = host.checkIn().revision();
        if (!revision.equals(lastRevision)) {
            revisions.add(revision);
            lastRevision = revision;
        }
        int weight = Weight.of(host.registration().tags()).value();
        minWeight = Math.min(minWeight, weight);
        maxWeight = Math.max(maxWeight, weight);
        lastCheckIn = Math.max(lastCheckIn, host.checkIn().micros());
    }

    boolean isEmpty() {
        return hosts == 0;
    }

    /** Returns the figures as a JSON object of the service, and forgets them: the next host is of another service. */
    String take(ServiceName service) {
        String json = "{\"service\": " + JsonText.quote(service.text())
                + ", \"hosts\": " + hosts
                + ", \"stale\": " + silent
                + ", \"revisions\": " + revisions.size()
                + ", \"min_weight\": " + minWeight
                + ", \"max_weight\": " + maxWeight
                + ", \"last_check_in\": \"" + UtcTime.of(lastCheckIn) + "\"}";
        revisions.clear();
        lastRevision = null;
        hosts = 0;
        silent = 0;
        minWeight = Integer.MAX_VALUE;
        maxWeight = 0;
        lastCheckIn = 0;
        return json;
    }
}
