package io.discovery.xds;

import io.discovery.telemetry.Meters;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what streams send and hear, for all streams of a member. Safe for all threads. */
final class Tally {

    private static final Logger log = LoggerFactory.getLogger(Tally.class);

    private final LongAdder sent = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder unknownTypes = new LongAdder();

    void register(Meters meters) {
        meters.counter("discovery.xds.answers", sent::sum);
        meters.counter("discovery.xds.acknowledged", acknowledged::sum);
        meters.counter("discovery.xds.rejected", rejected::sum);
        meters.counter("discovery.xds.stale.requests", stale::sum);
        meters.counter("discovery.xds.unknown.types", unknownTypes::sum);
    }

    void sent() {
        sent.increment();
    }

    void acknowledged() {
        acknowledged.increment();
    }

    void rejected(Peer peer, Subscribed subscribed) {
        rejected.increment();
        log.warn(
                "{} '{}' refuses version {} of {}: {}",
                peer.userAgent(),
                peer.id(),
                subscribed.version(),
                subscribed.type().plural(),
                subscribed.rejection() == null ? "" : subscribed.rejection().reason());
    }

    /** A request that was on its way when another answer went out. */
    void stale() {
        stale.increment();
    }

    void unknownType() {
        unknownTypes.increment();
    }
}
