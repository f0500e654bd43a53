package io.discovery.http;

import io.discovery.telemetry.Meters;
import java.util.concurrent.atomic.LongAdder;

/** Counts of the requests that their clients may send, by what they ask for; without those that any client may. Thread-safe. */
final class AdmittedRequests {

    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();

    void register(Meters meters) {
        meters.counter("discovery.http.reads", reads::sum);
        meters.counter("discovery.http.writes", writes::sum);
    }

    void count(Access access) {
        (access.isWrite() ? writes : reads).increment();
    }
}
