package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;

/** Instances of a service: HTTP servers in this JVM, all on one port, that answer with their address. */
public final class Instances implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final int port;

    private Instances(int port) {
        this.port = port;
    }

    /** Starts an instance at each address, which must be one of this machine. */
    public static Instances start(List<String> addresses) {
        assertThat(addresses).allMatch(Loopback::isLoopback);
        Instances instances = new Instances(Ports.free(1).get(0));
        addresses.forEach(instances::listen);
        return instances;
    }

    private void listen(String address) {
        vertx.createHttpServer()
                .requestHandler(request -> request.response().end(address))
                .listen(port, address)
                .await();
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
