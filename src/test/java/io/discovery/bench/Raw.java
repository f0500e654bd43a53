package io.discovery.bench;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A {@link RawServer} in a process of its own. */
record Raw(Process process, int port) implements AutoCloseable {

    /** @param arguments what it answers */
    static Raw start(String... arguments) throws IOException {
        int port = Ports.free(1).get(0);
        List<String> all = Stream.concat(Stream.of(Integer.toString(port)), Stream.of(arguments))
                .toList();
        Process process = JavaProgram.of(RawServer.class, Map.of(), all)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
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
