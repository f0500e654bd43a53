package io.discovery.clients;

import io.discovery.testing.Prometheus;
import io.discovery.testing.Walkthrough;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The commands of the page on Prometheus. */
@Tag("long")
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class PrometheusDocIT {

    private static final String PROMETHEUS =
            "prometheus --config.file=cluster-config/prometheus.yml --storage.tsdb.path=data/prometheus\n";

    @TempDir
    private Path dir;

    @Test
    void theCommandsDoWhatThePageShows() throws Exception {
        Prometheus.require();
        try (Walkthrough page = new Walkthrough("src/docs/prometheus.md", dir)) {
            page.start(PROMETHEUS, () -> {
                Prometheus prometheus = Prometheus.start(page.port(), dir);
                page.replace("9090", Integer.toString(prometheus.port()));
                return prometheus::close;
            });
            page.walk();
        }
    }
}
