package io.discovery.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A client that speaks HTTP/2 from the first byte, as gRPC and Envoy do, over one connection.
 *
 * <p>It avoids two traps of Vert.x. Vert.x closes a client without references in the midst of an answer: this class
 * holds a reference until it is closed. And Vert.x drops what a response brings before it has a handler: the handler is
 * set where the response comes in, never by a thread that may be late.
 */
public final class Http2Client implements AutoCloseable {

    private static final long PATIENCE = 10;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http;
    private final int port;

    public Http2Client(int port) {
        this(port, connection -> {});
    }

    /** Gets the connection before any request. */
    public Http2Client(int port, Consumer<HttpConnection> connected) {
        this(Door.plain(port), connected);
    }

    /** Gets the connection before any request. */
    public Http2Client(Door door, Consumer<HttpConnection> connected) {
        this.port = door.port();
        this.http = vertx.httpClientBuilder()
                .with(door.options().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false))
                .withConnectHandler(connected::accept)
                .build();
    }

    /** Creates a request and does not send it yet. */
    public HttpClientRequest request(String path) {
        return request(HttpMethod.GET, path);
    }

    /** Creates a request and does not send it yet. */
    public HttpClientRequest request(HttpMethod method, String path) {
        return get(http.request(method, port, "127.0.0.1", path));
    }

    /** Sends a request and handles its response as soon as it begins. */
    public static <T> Future<T> send(HttpClientRequest request, Function<HttpClientResponse, Future<T>> reading) {
        Future<T> read = request.response().compose(reading);
        request.end();
        return read;
    }

    /** Returns the whole body of the answer to a request. */
    public String body(String path) {
        return get(send(request(path), response -> response.body())).toString();
    }

    /** Returns the status of the answer to a request. */
    public int status(String path) {
        return get(send(request(path), response -> response.body().map(read -> response.statusCode())));
    }

    /** Waits for a future, for ten seconds at most, and returns its value. */
    public static <T> T get(Future<T> future) {
        try {
            return future.await(PATIENCE, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing within " + PATIENCE + " s", late);
        }
    }

    @Override
    public void close() {
        get(http.close());
        get(vertx.close());
    }
}
