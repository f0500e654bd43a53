package io.discovery.cluster.port;

import static io.discovery.fuzz.FuzzTarget.require;
import static io.discovery.fuzz.FuzzTarget.requireEqual;

import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelCloseListener;
import com.hazelcast.internal.networking.ChannelOption;
import com.hazelcast.internal.networking.ChannelOptions;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.util.counters.SwCounter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/** A connection without a network, and the packets that were read from it, as one text. */
final class ReadConnection {

    private static final int RECEIVE_BUFFER = 4_096;
    private static final int FIRST_ROOM = 64 << 10;

    private final PacketMemory memory = new PacketMemory(1L << 30);
    private final UnknownConnections strangers = new UnknownConnections(() -> 0);
    private final StringBuilder read = new StringBuilder();
    private final BoundedPacketDecoder decoder;
    private ChannelCloseListener onClose = closed -> {};
    private boolean isClosed;
    private long received;

    ReadConnection(boolean isCaller) {
        ChannelOptions options = stub(ChannelOptions.class, (self, method, given) -> option(given));
        Channel channel = stub(Channel.class, (self, method, given) -> switch (method.getName()) {
            case "options" -> options;
            case "isClosed" -> isClosed;
            case "isClientMode" -> isCaller;
            case "addCloseListener" -> {
                onClose = (ChannelCloseListener) given[0];
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.toString());
        });
        ServerConnection connection = stub(ServerConnection.class, (self, method, given) -> switch (method.getName()) {
            case "isAlive" -> !isClosed;
            case "getCloseReason", "getRemoteSocketAddress" -> null;
            case "hashCode" -> 1;
            case "close" -> {
                read.append(given[0]);
                isClosed = true;
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.toString());
        });
        decoder = new BoundedPacketDecoder(connection, this::add, strangers, memory);
        decoder.setNormalPacketsRead(SwCounter.newSwCounter());
        decoder.setPriorityPacketsRead(SwCounter.newSwCounter());
        decoder.setChannel(channel);
        decoder.handlerAdded();
    }

    private static <T> T stub(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(ReadConnection.class.getClassLoader(), new Class<?>[] {type}, answers));
    }

    private static Object option(Object[] given) {
        if (given[0].equals(ChannelOption.DIRECT_BUF)) {
            return false;
        }
        return RECEIVE_BUFFER;
    }

    private void add(Packet packet) {
        read.append((int) packet.getFlags())
                .append(' ')
                .append(packet.getPartitionId())
                .append(' ')
                .append(Arrays.hashCode(packet.toByteArray()))
                .append('\n');
    }

    void receive(byte[] piece) {
        int at = 0;
        while (at < piece.length && !isClosed) {
            int length = Math.min(piece.length - at, decoder.src().remaining());
            decoder.src().put(piece, at, length);
            at += length;
            received += length;
            decoder.onRead();
            require(memory.held() <= FIRST_ROOM + 2 * received, () -> "a packet holds " + memory.held());
        }
    }

    String end() {
        isClosed = true;
        onClose.onClose(null);
        requireEqual(memory.held(), 0L, "bytes that packets of a connection hold which has ended");
        return read.toString();
    }
}
