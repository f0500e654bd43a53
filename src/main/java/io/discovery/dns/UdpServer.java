package io.discovery.dns;

import io.discovery.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A DNS server over UDP: one datagram each way. Confined to the event loop of the verticle that made it. */
final class UdpServer {

    private static final Logger log = LoggerFactory.getLogger(UdpServer.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    /** Maximum number of responses that the system has not accepted yet; beyond it the server drops queries. */
    private static final int MOST_UNSENT = 1_000;

    private final Vertx vertx;
    private final Settings.Dns settings;
    private final UdpResponder responder;
    private final PeerAddresses peers;
    private @Nullable DatagramSocket socket;
    private int unsent;
    private boolean isClosed;

    UdpServer(Vertx vertx, Settings.Dns settings, UdpResponder responder) {
        this.vertx = vertx;
        this.settings = settings;
        this.responder = responder;
        this.peers = new PeerAddresses(vertx);
    }

    Future<?> listen() {
        DatagramSocket opened = open();
        socket = opened;
        return opened.handler(query -> answer(opened, query))
                .exceptionHandler(failure -> failed(opened, failure))
                .listen(settings.port(), settings.host());
    }

    /**
     * Opens an IPv6 socket, which receives both kinds of addresses where HOST is a wildcard and the machine has both,
     * as Java does it for TCP.
     */
    private DatagramSocket open() {
        boolean isIpv4 = settings.host().matches("[0-9.]+") && !settings.host().equals("0.0.0.0");
        try {
            return vertx.createDatagramSocket(new DatagramSocketOptions().setIpV6(!isIpv4));
        } catch (RuntimeException noIpv6) {
            log.info("DNS over UDP uses IPv4 only, since an IPv6 socket failed: {}", noIpv6.toString());
            return vertx.createDatagramSocket(new DatagramSocketOptions());
        }
    }

    private void answer(DatagramSocket from, DatagramPacket query) {
        if (unsent >= MOST_UNSENT || query.sender().port() == 0) {
            responder.drop();
            return;
        }
        Buffer response = responder.answer(query.data(), peers.of(query.sender()));
        if (response != null) {
            unsent++;
            from.send(response, query.sender().port(), query.sender().hostAddress())
                    .onComplete(sent -> unsent--, failure -> {
                        unsent--;
                        log.debug("failed to send a response to {}: {}", query.sender(), failure.toString());
                    });
        }
    }

    /** Opens another socket: Vert.x closes a socket that failed. */
    void failed(DatagramSocket closing, Throwable failure) {
        log.warn("the DNS socket failed, reopening it: {}", failure.toString());
        closing.close().onComplete(closed -> listenAgain());
    }

    private void listenAgain() {
        if (isClosed) {
            return;
        }
        DatagramSocket before = socket;
        // Without a free file descriptor the call itself fails.
        Future.succeededFuture().compose(now -> listen()).onFailure(failure -> {
            log.warn("the DNS socket could not be opened, trying again: {}", failure.toString());
            // Vert.x closes no socket that could not be bound.
            Future<?> closed = socket == null || socket == before ? Future.succeededFuture() : socket.close();
            closed.onComplete(done -> vertx.setTimer(AGAIN.toMillis(), timer -> listenAgain()));
        });
    }

    /** Returns the socket; for a test that breaks it. */
    @Nullable
    DatagramSocket socket() {
        return socket;
    }

    Future<?> close() {
        isClosed = true;
        return socket == null ? Future.succeededFuture() : socket.close();
    }
}
