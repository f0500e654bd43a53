package io.discovery.dns;

import static io.discovery.fuzz.FuzzTarget.requireEqual;

import io.discovery.dns.Responder.Transport;
import io.discovery.fuzz.CutInput;
import io.discovery.fuzz.FuzzTarget;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.Proxy;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections of DNS over TCP. The responses are the same however the bytes are cut, and however slowly the client
 * reads.
 */
public final class DnsTcpFuzz implements FuzzTarget {

    private static final Responder RESPONDER = FuzzedZone.responder(false);

    @Override
    public List<byte[]> seeds() {
        Buffer all = Buffer.buffer();
        FuzzedZone.queries().forEach(query -> all.appendBytes(FuzzedZone.framed(query)));
        return List.of(
                CutInput.input(0, all.getBytes()),
                CutInput.input(1, FuzzedZone.framed(FuzzedZone.queries().get(0))),
                CutInput.input(2, new byte[] {0x10, 0, 7, 7, 1, 0, 0, 1}),
                CutInput.input(3, new byte[] {0, 11}));
    }

    /** Each piece of a query is joined to those before. */
    @Override
    public long mostAllocated(int length) {
        return 1_000_000 + 10_000L * length;
    }

    @Override
    public void read(byte[] input) {
        CutInput cut = CutInput.of(input);
        String whole = responses(cut.whole(), false);
        List<byte[]> pieces = cut.pieces();
        requireEqual(responses(pieces, false), whole, "the responses of a connection in pieces");
        requireEqual(responses(pieces, true), whole, "the responses to a client that reads slowly");
    }

    private static String responses(List<byte[]> pieces, boolean isSlow) {
        Client client = new Client(isSlow);
        TcpConnection connection = new TcpConnection(client.socket, RESPONDER, Transport.TCP, query -> {});
        for (byte[] piece : pieces) {
            client.send(connection, piece);
        }
        return client.received.append(client.isClosed ? "closed" : "open").toString();
    }

    /** A client without a network. A slow one has room for a response only when the one before has left. */
    private static final class Client {

        private final StringBuilder received = new StringBuilder();
        private final boolean isSlow;
        private final NetSocket socket;
        private boolean isFull;
        private boolean isClosed;
        private @Nullable Handler<@Nullable Void> onDrain;

        Client(boolean isSlow) {
            this.isSlow = isSlow;
            this.socket = (NetSocket) Proxy.newProxyInstance(
                    DnsTcpFuzz.class.getClassLoader(),
                    new Class<?>[] {NetSocket.class},
                    (self, method, given) -> switch (method.getName()) {
                        case "writeQueueFull" -> isFull;
                        case "write" -> take((Buffer) given[0]);
                        case "close" -> close();
                        case "drainHandler" -> onDrained(given[0]);
                        case "pause", "resume" -> self;
                        default -> throw new UnsupportedOperationException(method.toString());
                    });
        }

        private Future<Void> take(Buffer response) {
            isFull = isSlow;
            received.append(HexFormat.of().formatHex(response.getBytes())).append('\n');
            return Future.succeededFuture();
        }

        private Future<Void> close() {
            isClosed = true;
            return Future.succeededFuture();
        }

        @SuppressWarnings("unchecked") // the one type that a connection gives
        private NetSocket onDrained(Object handler) {
            onDrain = (Handler<@Nullable Void>) handler;
            return socket;
        }

        void send(TcpConnection connection, byte[] piece) {
            if (!isClosed) {
                connection.received(Buffer.buffer(piece));
            }
            while (isFull) {
                isFull = false;
                if (onDrain != null) {
                    onDrain.handle(null);
                }
            }
        }
    }
}
