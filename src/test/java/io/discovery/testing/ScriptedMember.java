package io.discovery.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server that gives answers which a real member gives at bad moments alone. */
public final class ScriptedMember implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private ScriptedMember(Function<HttpExchange, Reply> script) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, script.apply(exchange)));
        server.start();
    }

    /**
     * An answer.
     *
     * @param headers with their values
     */
    public record Reply(int status, Map<String, String> headers, String body) {
        public Reply {
            headers = Map.copyOf(headers);
        }

        /** Returns a refusal as the API words it. */
        public static Reply refusal(int status, String error) {
            return new Reply(status, Map.of(), "{\"error\": \"" + error + "\"}");
        }

        public Reply with(String header, String value) {
            return new Reply(status, Map.of(header, value), body);
        }
    }

    /** Starts a server that gives each of the answers once, in this order, whatever it is asked. */
    public static ScriptedMember inOrder(Reply... replies) {
        Queue<Reply> left = new ConcurrentLinkedQueue<>(List.of(replies));
        return new ScriptedMember(exchange -> {
            Reply next = left.poll();
            return next == null ? Reply.refusal(403, "no answer is left") : next;
        });
    }

    /** Starts a server that makes its answers of requests. */
    public static ScriptedMember answering(Function<HttpExchange, Reply> script) {
        return new ScriptedMember(script);
    }

    private static void answer(HttpExchange exchange, Reply reply) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = reply.body().getBytes(UTF_8);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
