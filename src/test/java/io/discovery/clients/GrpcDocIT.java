package io.discovery.clients;

import io.discovery.testing.GrpcCaller;
import io.discovery.testing.Ports;
import io.discovery.testing.Walkthrough;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The commands of the page on gRPC. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class GrpcDocIT {

    @TempDir
    private Path dir;

    @Test
    void theCommandsDoWhatThePageShows() throws Exception {
        GrpcCaller.requireJs();
        try (Walkthrough page = new Walkthrough("src/docs/grpc.md", dir)) {
            // Maven has found out already what is on the class path of tests.
            page.replace("mvn -q", ": mvn -q");
            page.replace("$(cat data/grpc/classpath)", System.getProperty("java.class.path"));
            page.replace("data/grpc", dir.resolve("grpc").toString());
            page.replace("9000", Ports.free(1).get(0).toString());
            page.replace(
                    "cluster-config/grpc/bootstrap.json",
                    GrpcCaller.bootstrap(page.port()).toString());
            page.walk();
        }
    }
}
