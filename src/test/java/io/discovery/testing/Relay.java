package io.discovery.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;

/**
 * One address before several, like a name with several addresses or a balancer of connections: each connection goes to
 * the first of them that accepts it, and ends with it.
 */
public final class Relay implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int CONNECT_MILLIS = 1000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
    private final int port = Ports.free(1).get(0);

    private Relay() {}

    /** @param ports of 127.0.0.1, in the order in which they are tried */
    public static Relay before(List<Integer> ports) {
        Relay relay = new Relay();
        relay.vertx
                .createNetServer()
                .connectHandler(socket -> relay.pass(socket, ports))
                .listen(relay.port, LOOPBACK)
                .await();
        return relay;
    }

    private void pass(NetSocket socket, List<Integer> ports) {
        socket.pause();
        connect(ports)
                .onSuccess(other -> {
                    join(socket, other);
                    join(other, socket);
                })
                .onFailure(nobody -> socket.close());
    }

    private Future<NetSocket> connect(List<Integer> ports) {
        return ports.isEmpty()
                ? Future.failedFuture("nobody is there")
                : client.connect(ports.get(0), LOOPBACK).recover(refused -> connect(ports.subList(1, ports.size())));
    }

    private static void join(NetSocket from, NetSocket to) {
        from.closeHandler(closed -> to.close());
        // That it is closed follows.
        from.exceptionHandler(broken -> {});
        from.pipeTo(to).onFailure(broken -> to.close());
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
