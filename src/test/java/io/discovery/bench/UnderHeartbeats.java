package io.discovery.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads of a list while its hosts report.
 *
 * @param heartbeats what came of those, run by run: fewer than wished if the member does not keep up
 */
record UnderHeartbeats(Side reads, Side heartbeats) {

    private static final int PAUSE_MILLIS = 20;
    /** The milliseconds from one heartbeat of a connection to the next: the pause, and the answer. */
    private static final int MILLIS_EACH = 23;

    /** @param wished heartbeats a second */
    static UnderHeartbeats of(String url, Path dir, int hosts, int wished) throws IOException {
        List<String> script =
                List.of("-s", Wrk.heartbeats(dir, hosts, PAUSE_MILLIS).toString());
        Side heartbeats = Side.of(() -> Wrk.start(url, wished * MILLIS_EACH / 1_000, Bench.A_RUN.plusSeconds(1), script)
                .result());
        Side reads = Side.of(() -> {
            var meanwhile = CompletableFuture.supplyAsync(heartbeats.run());
            Wrk.Result result = Wrk.run(url, Bench.A_RUN, List.of());
            heartbeats.results().add(meanwhile.join());
            return result;
        });
        return new UnderHeartbeats(reads, heartbeats);
    }
}
