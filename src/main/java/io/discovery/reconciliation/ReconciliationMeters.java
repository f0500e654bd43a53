package io.discovery.reconciliation;

import io.discovery.telemetry.Meters;
import io.micrometer.core.instrument.Counter;

/** Counts of what comparisons with the cluster's map have mended so far. */
public final class ReconciliationMeters {

    private final Counter rounds;
    private final Counter learned;
    private final Counter offered;

    public ReconciliationMeters(Meters meters) {
        this.rounds = meters.counter("discovery.reconciliation.rounds");
        this.learned = meters.counter("discovery.reconciliation.learned");
        this.offered = meters.counter("discovery.reconciliation.offered");
    }

    public void add(MapReconciliation.Result result) {
        rounds.increment();
        learned.increment(result.learned());
        offered.increment(result.offered());
    }
}
