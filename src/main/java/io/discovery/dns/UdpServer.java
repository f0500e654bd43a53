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

/** DNS over UDP: a datagram each way. Belongs to the event loop of the verticle that made it. */
final class UdpServer {

    private static final Logger log = LoggerFactory.getLogger(UdpServer.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    /** Answers that the system has not taken yet; with as many, no more queries are answered. */
    private static final int MOST_UNSENT = 1_000;

    private final Vertx vertx;
    private final Settings.Dns settings;
    private final Responder responder;
    private @Nullable DatagramSocket socket;
    private int unsent;
    private boolean isClosed;

    UdpServer(Vertx vertx, Settings.Dns settings, Responder responder) {
        this.vertx = vertx;
        this.settings = settings;
        this.responder = responder;
    }

    Future<?> listen() {
        DatagramSocket opened = open();
        socket = opened;
        return opened.handler(query -> answer(opened, query))
                .exceptionHandler(failure -> failed(opened, failure))
                .listen(settings.port(), settings.host());
    }

    /** For addresses of both kinds where HOST may be any and the machine has both, as Java does it for TCP. */
    private DatagramSocket open() {
        boolean isIpv4 = settings.host().matches("[0-9.]+") && !settings.host().equals("0.0.0.0");
        try {
            return vertx.createDatagramSocket(new DatagramSocketOptions().setIpV6(!isIpv4));
        } catch (RuntimeException noIpv6) {
            log.info("no IPv6 for DNS: {}", noIpv6.toString());
            return vertx.createDatagramSocket(new DatagramSocketOptions());
        }
    }

    private void answer(DatagramSocket from, DatagramPacket query) {
        if (unsent >= MOST_UNSENT || query.sender().port() == 0) {
            responder.drop();
            return;
        }
        Buffer response = responder.answer(query.data(), Responder.Transport.UDP);
        if (response != null) {
            unsent++;
            from.send(response, query.sender().port(), query.sender().hostAddress())
                    .onComplete(sent -> unsent--, failure -> {
                        unsent--;
                        log.debug("no response to {}: {}", query.sender(), failure.toString());
                    });
        }
    }

    /** Vert.x closes a socket that failed: there must be another. */
    void failed(DatagramSocket closing, Throwable failure) {
        log.warn("the socket of DNS failed, it is opened anew: {}", failure.toString());
        closing.close().onComplete(closed -> listenAgain());
    }

    private void listenAgain() {
        if (!isClosed) {
            listen().onFailure(failure -> {
                log.warn("the socket of DNS could not be opened, trying again: {}", failure.toString());
                vertx.setTimer(AGAIN.toMillis(), timer -> listenAgain());
            });
        }
    }

    /** For a test that breaks it. */
    @Nullable
    DatagramSocket socket() {
        return socket;
    }

    Future<?> close() {
        isClosed = true;
        return socket == null ? Future.succeededFuture() : socket.close();
    }
}
