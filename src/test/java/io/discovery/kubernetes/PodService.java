package io.discovery.kubernetes;

import io.discovery.testing.Ports;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * The Service of pods at one address, as kube-proxy makes it: each new connection goes to one of the pods that are ready
 * now, at random, and is refused if that pod refuses it. Nothing is tried twice. An open connection stays where it is.
 */
final class PodService implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int CONNECT_MILLIS = 3000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
    private final int port = Ports.free(1).get(0);

    /** @param endpoints the pods that are ready, at the moment of the call */
    PodService(Supplier<List<SocketAddress>> endpoints) {
        vertx.createNetServer()
                .connectHandler(socket -> pass(socket, endpoints.get()))
                .listen(port, LOOPBACK)
                .await();
    }

    private void pass(NetSocket socket, List<SocketAddress> endpoints) {
        if (endpoints.isEmpty()) {
            socket.close();
            return;
        }
        socket.pause();
        client.connect(endpoints.get(ThreadLocalRandom.current().nextInt(endpoints.size())))
                .onSuccess(pod -> {
                    join(socket, pod);
                    join(pod, socket);
                })
                .onFailure(refused -> socket.close());
    }

    private static void join(NetSocket from, NetSocket to) {
        from.closeHandler(closed -> to.close());
        // The end follows.
        from.exceptionHandler(broken -> {});
        from.pipeTo(to).onFailure(broken -> to.close());
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
