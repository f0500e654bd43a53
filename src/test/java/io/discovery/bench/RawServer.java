package io.discovery.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The ceiling: a Vert.x server that does nothing but answer. Run as a process of its own, as a member is.
 *
 * <p>Arguments: the port, and a mode with what it needs: {@code body FILE} answers the bytes of the file, {@code gzip
 * FILE} too, as what is compressed, {@code not-modified} 304, {@code form} parses a form and answers an empty object. With
 * TLS_CERT and TLS_KEY in the environment it serves HTTPS.
 */
final class RawServer extends AbstractVerticle {

    private final int port;
    private final Handler<HttpServerRequest> handler;

    private RawServer(int port, Handler<HttpServerRequest> handler) {
        this.port = port;
        this.handler = handler;
    }

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        Handler<HttpServerRequest> handler = switch (arguments[1]) {
            case "body" -> body(Buffer.buffer(Files.readAllBytes(Path.of(arguments[2]))));
            case "gzip" -> gzip(Buffer.buffer(Files.readAllBytes(Path.of(arguments[2]))));
            case "not-modified" ->
                request -> request.response()
                        .setStatusCode(304)
                        .putHeader("ETag", "W/\"0123456789abcdef0123456789abcdef\"")
                        .end();
            case "form" -> RawServer::form;
            default -> throw new IllegalArgumentException(arguments[1]);
        };
        DeploymentOptions eventLoops =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        Vertx.vertx()
                .deployVerticle(() -> new RawServer(port, handler), eventLoops)
                .onFailure(failure -> {
                    failure.printStackTrace();
                    System.exit(1);
                });
    }

    private static Handler<HttpServerRequest> body(Buffer body) {
        return request ->
                request.response().putHeader("Content-Type", "application/json").end(body);
    }

    private static Handler<HttpServerRequest> gzip(Buffer body) {
        return request -> request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Content-Encoding", "gzip")
                .end(body);
    }

    private static void form(HttpServerRequest request) {
        if (!HttpMethod.POST.equals(request.method())) {
            request.response().setStatusCode(405).end();
            return;
        }
        request.setExpectMultipart(true);
        request.endHandler(end -> {
            if (request.formAttributes().isEmpty()) {
                request.response().setStatusCode(400).end();
            } else {
                request.response().putHeader("Content-Type", "application/json").end("{}\n");
            }
        });
    }

    @Override
    public void start(Promise<Void> started) {
        HttpServerOptions options = new HttpServerOptions();
        String certificate = System.getenv("TLS_CERT");
        if (certificate != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(
                            new PemKeyCertOptions().addCertPath(certificate).addKeyPath(System.getenv("TLS_KEY")));
        }
        vertx.createHttpServer(options)
                .requestHandler(handler)
                .listen(port, "127.0.0.1")
                .<Void>mapEmpty()
                .onComplete(started);
    }
}
