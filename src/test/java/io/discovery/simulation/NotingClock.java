package io.discovery.simulation;

import io.discovery.model.Version;
import io.discovery.registry.Clock;

/** A member's clock that notes when each version was made. */
record NotingClock(Clock clock, Promises promises) implements Clock {

    @Override
    public long nowMicros() {
        return clock.nowMicros();
    }

    @Override
    public long clusterMicros() {
        return clock.clusterMicros();
    }

    @Override
    public long limitMicros() {
        return clock.limitMicros();
    }

    @Override
    public Version next() {
        return promises.made(clock.next());
    }

    @Override
    public Version nextAbove(Version seen) {
        return promises.made(clock.nextAbove(seen));
    }
}
