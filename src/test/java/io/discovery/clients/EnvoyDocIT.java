package io.discovery.clients;

import io.discovery.testing.Envoy;
import io.discovery.testing.Ports;
import io.discovery.testing.Walkthrough;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the page on Envoy. */
@Timeout(300)
class EnvoyDocIT {

    private static final String ENVOY = "envoy -c cluster-config/envoy/eds-grpc.yaml\n";

    @TempDir
    private Path dir;

    @Test
    void theCommandsDoWhatThePageShows() throws Exception {
        Envoy.require(EnvoyDocIT.class);
        try (Walkthrough page = new Walkthrough("src/docs/envoy.md", dir)) {
            page.replace("9000", Ports.free(1).get(0).toString());
            page.replace("data/site", dir.resolve("site").toString());
            page.start(ENVOY, () -> {
                Envoy envoy = Envoy.start("eds-grpc.yaml", List.of(page.port()), UnaryOperator.identity());
                page.replace("127.0.0.1:10000", "127.0.0.1:" + envoy.port());
                page.replace("127.0.0.1:9901", "127.0.0.1:" + envoy.adminPort());
                return envoy::close;
            });
            page.walk();
        }
    }
}
