package io.discovery.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An HTTP server on 127.0.0.1 that answers each request with the keys of an issuer, or with what a test wants. */
public final class TestKeyServer implements AutoCloseable {

    /** The answer to a request. */
    public interface Answer {
        void to(HttpExchange request) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Answer answer;

    private TestKeyServer(Answer answer, @Nullable SSLContext tls) {
        this.answer = answer;
        try {
            InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            if (tls == null) {
                server = HttpServer.create(free, 0);
            } else {
                HttpsServer https = HttpsServer.create(free, 0);
                https.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = https;
            }
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        server.setExecutor(threads);
        server.createContext("/", request -> {
            requests.incrementAndGet();
            try (request) {
                this.answer.to(request);
            }
        });
        server.start();
    }

    /** Starts a server of the keys that the issuer has at the time of each request. */
    public static TestKeyServer of(TestIssuer issuer) {
        return new TestKeyServer(text(issuer::jwks), null);
    }

    /** Starts a server with TLS. */
    public static TestKeyServer of(TestIssuer issuer, SSLContext tls) {
        return new TestKeyServer(text(issuer::jwks), tls);
    }

    /** Returns the address of the keys. */
    public URI address() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/openid/v1/jwks");
    }

    /** Returns the number of requests so far. */
    public int requests() {
        return requests.get();
    }

    public void answer(Answer next) {
        answer = next;
    }

    public static Answer text(Supplier<String> text) {
        return request -> {
            byte[] body = text.get().getBytes(UTF_8);
            request.sendResponseHeaders(200, body.length);
            request.getResponseBody().write(body);
        };
    }

    /** Returns the answer that ends after its first bytes, once the server closes. */
    public Answer hang() {
        return request -> {
            request.sendResponseHeaders(200, 1_000);
            request.getResponseBody().write('{');
            request.getResponseBody().flush();
            try {
                closed.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
