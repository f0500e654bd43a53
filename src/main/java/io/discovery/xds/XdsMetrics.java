package io.discovery.xds;

import io.discovery.http.ClientLogLimit;
import io.discovery.json.JsonText;
import io.discovery.telemetry.Meters;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the requests and responses on all streams of a member. Thread-safe. */
final class XdsMetrics {

    private final ClientLogLimit log;
    private final LongAdder sent = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder unknownTypes = new LongAdder();

    private final LongAdder refused = new LongAdder();

    XdsMetrics(ClientLogLimit log) {
        this.log = log;
    }

    void register(Meters meters) {
        meters.counter("discovery.xds.answers", sent::sum);
        meters.counter("discovery.xds.acknowledged", acknowledged::sum);
        meters.counter("discovery.xds.rejected", rejected::sum);
        meters.counter("discovery.xds.stale.requests", stale::sum);
        meters.counter("discovery.xds.unknown.types", unknownTypes::sum);
        meters.counter("discovery.xds.refused", refused::sum);
    }

    void sent() {
        sent.increment();
    }

    void acknowledged() {
        acknowledged.increment();
    }

    void rejected(ClientNode peer, ResourceType type, TypeSubscription.Rejection rejection) {
        rejected.increment();
        log.warn(
                "{} {} rejects version {} of {}: {}",
                JsonText.quote(peer.userAgent()),
                JsonText.quote(peer.id()),
                rejection.version(),
                type.plural(),
                JsonText.quote(rejection.reason()));
    }

    /** Counts a request that crossed with a newer response. */
    void stale() {
        stale.increment();
    }

    /** Counts a stream or request refused because it asks for too much. */
    void refused() {
        refused.increment();
    }

    void unknownType() {
        unknownTypes.increment();
    }
}
