package io.discovery.bench;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A {@link RawServer} in a process of its own. */
record Raw(Process process, int port) implements AutoCloseable {

    /** @param arguments what it answers */
    static Raw start(String... arguments) throws IOException {
        int port = Ports.free(1).get(0);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                Path.of("target", "test-classes") + File.pathSeparator + Path.of("target", "discovery.jar"),
                RawServer.class.getName(),
                Integer.toString(port)));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        Raw raw = new Raw(process, port);
        try {
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(raw::answers);
            return raw;
        } catch (RuntimeException | Error silent) {
            raw.close();
            throw silent;
        }
    }

    private boolean answers() {
        return new TestClient(port).get("/").statusCode() > 0;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
