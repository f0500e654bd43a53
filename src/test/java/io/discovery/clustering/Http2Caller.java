package io.discovery.clustering;

import io.discovery.testing.ClientIdentity;
import io.discovery.testing.Http2Client;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A client of HTTP/2 that uses a connection until the member takes leave of it. */
final class Http2Caller implements HttpsCaller {

    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClientAgent http;
    private final int port;
    private final AtomicInteger connections = new AtomicInteger();

    Http2Caller(int port, ClientIdentity identity) {
        this.port = port;
        ClientSSLOptions tls = identity.options();
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setTrustOptions(tls.getTrustOptions())
                .setKeyCertOptions(tls.getKeyCertOptions());
        this.http = vertx.httpClientBuilder()
                .with(options)
                .withConnectHandler(opened -> connections.incrementAndGet())
                .build();
    }

    @Override
    public Answer call(String method, String path, String form, String token) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setMethod(HttpMethod.valueOf(method))
                .setURI(path)
                .putHeader("Authorization", "Bearer " + token);
        if (!form.isEmpty()) {
            options.putHeader("Content-Type", "application/x-www-form-urlencoded");
        }
        try {
            return http.request(options)
                    .compose(request -> answer(request, form))
                    .otherwise(broken -> new Answer(0, broken.toString()))
                    .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            return Answer.none(late);
        }
    }

    private static Future<Answer> answer(HttpClientRequest request, String form) {
        if (request.version() != HttpVersion.HTTP_2) {
            return Future.failedFuture("given " + request.version() + ", expected HTTP/2");
        }
        Future<Answer> answer = request.response()
                .compose(response ->
                        response.body().map(Buffer::toString).map(body -> new Answer(response.statusCode(), body)));
        Future<Void> sent = form.isEmpty() ? request.end() : request.end(form);
        return sent.compose(gone -> answer);
    }

    @Override
    public void become(ClientIdentity next) {
        Http2Client.get(http.updateSSLOptions(next.options()));
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public String toString() {
        return "HTTP/2";
    }

    @Override
    public void close() {
        Http2Client.get(http.close());
        Http2Client.get(vertx.close());
    }
}
