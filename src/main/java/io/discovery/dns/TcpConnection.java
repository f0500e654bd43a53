package io.discovery.dns;

import io.discovery.dns.Responder.Transport;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/**
 * A client's connection over TCP: a sequence of messages, each after its length. Responses keep the order of the
 * queries, and the connection reads the next query only when the client has room for its response. Confined to its
 * socket's event loop.
 */
final class TcpConnection {

    private static final int LENGTH_BYTES = 2;
    /** Maximum size of a query: there is no reason for a longer one. */
    private static final int LARGEST_QUERY = 4_096;

    private final NetSocket socket;
    private final Responder responder;
    private final Transport transport;
    private final Consumer<TcpConnection> onQuery;
    private Buffer unread = Buffer.buffer();
    private long lastQuery = System.nanoTime();
    private boolean isOver;

    /** @param onQuery called for each whole message of a client that may ask */
    TcpConnection(NetSocket socket, Responder responder, Transport transport, Consumer<TcpConnection> onQuery) {
        this.socket = socket;
        this.responder = responder;
        this.transport = transport;
        this.onQuery = onQuery;
    }

    void received(Buffer bytes) {
        unread = unread.length() == 0 ? bytes : unread.copy().appendBuffer(bytes);
        answerAll();
    }

    private void answerAll() {
        int at = 0;
        while (!isOver && !socket.writeQueueFull() && unread.length() - at >= LENGTH_BYTES) {
            int length = unread.getUnsignedShort(at);
            int end = at + LENGTH_BYTES + length;
            if (length < Query.Head.LENGTH || length > LARGEST_QUERY) {
                // Without a valid length the next message cannot be found.
                responder.drop(QueryOutcome.DROPPED);
                end();
            } else if (end > unread.length()) {
                break;
            } else {
                answer(unread.getBuffer(at + LENGTH_BYTES, end));
                at = end;
            }
        }
        unread = isOver ? Buffer.buffer() : unread.getBuffer(at, unread.length());
        if (socket.writeQueueFull()) {
            socket.pause();
            socket.drainHandler(drained -> goOn());
        }
    }

    private void goOn() {
        answerAll();
        if (!isOver && !socket.writeQueueFull()) {
            socket.resume();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection
    private void answer(Buffer message) {
        if (transport == Transport.TCP) {
            // Queries that are refused keep no connection open, so they take no place of a client that may ask.
            lastQuery = System.nanoTime();
            onQuery.accept(this);
        }
        Buffer response = responder.answer(message, transport);
        if (response != null) {
            socket.write(Buffer.buffer(LENGTH_BYTES + response.length())
                    .appendUnsignedShort(response.length())
                    .appendBuffer(response));
        }
    }

    long idleNanos(long now) {
        return now - lastQuery;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the close handler runs in any case
    void end() {
        isOver = true;
        socket.close();
    }
}
