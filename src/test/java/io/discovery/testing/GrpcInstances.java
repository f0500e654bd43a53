package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Instances of a service: servers of gRPC in this JVM, all on one port, that answer with their address. */
public final class GrpcInstances implements AutoCloseable {

    private final Map<String, Server> servers = new ConcurrentHashMap<>();
    private final int port = Ports.free(1).get(0);

    private GrpcInstances() {}

    /** Starts an instance at each address, which must be one of this machine. */
    public static GrpcInstances start(List<String> addresses) {
        assertThat(addresses).allMatch(Loopback::isLoopback);
        GrpcInstances instances = new GrpcInstances();
        addresses.forEach(instances::restart);
        return instances;
    }

    /** Starts the instance at an address, which must not run. */
    public void restart(String address) {
        ServerServiceDefinition who = ServerServiceDefinition.builder(WhoAnswers.SERVICE)
                .addMethod(WhoAnswers.METHOD, ServerCalls.asyncUnaryCall((question, answer) -> {
                    answer.onNext(address);
                    answer.onCompleted();
                }))
                .build();
        try {
            servers.put(
                    address,
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(address, port), InsecureServerCredentials.create())
                            .directExecutor()
                            .addService(who)
                            .build()
                            .start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public int port() {
        return port;
    }

    /** Stops the instance at an address and closes its connections. */
    public void stop(String address) {
        Objects.requireNonNull(servers.remove(address), address).shutdownNow();
    }

    @Override
    public void close() {
        servers.values().forEach(Server::shutdownNow);
    }
}
