package io.discovery.bench;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A {@link RawServer} in a process of its own. */
record Raw(ExternalProcess process, int port, String scheme) implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** @param arguments what it answers */
    static Raw start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    /**
     * @param tls TLS_CERT and TLS_KEY, as a member's; empty for plain HTTP
     * @param arguments what it answers
     */
    static Raw start(Map<String, String> tls, String... arguments) throws IOException {
        int port = Ports.free(1).get(0);
        List<String> all = Stream.concat(Stream.of(Integer.toString(port)), Stream.of(arguments))
                .toList();
        ExternalProcess process = JavaProgram.of(RawServer.class, tls, all).start("the raw server");
        Raw raw = new Raw(process, port, tls.isEmpty() ? "http" : "https");
        try {
            process.awaitReady(PATIENCE, raw::answers);
            return raw;
        } catch (RuntimeException | Error silent) {
            raw.close();
            throw silent;
        }
    }

    private boolean answers() {
        try (Socket socket = RawHttp.connect(port)) {
            return socket.isConnected();
        } catch (IOException notListening) {
            return false;
        }
    }

    String url() {
        return scheme + "://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.close();
    }
}
