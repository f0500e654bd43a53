package io.discovery.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client that holds many connections to a port of this machine. It sends a byte on each of them once a second, and
 * opens another in place of each that is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a connection that fails is opened again, until the end
public final class SlowLoris implements AutoCloseable {

    private static final byte[] HEAD =
            ("GET /v1/registration/held HTTP/1.1\r\nHost: discovery\r\nX: " + "x".repeat(100_000)).getBytes(US_ASCII);
    private static final int OPENED_A_SECOND = 1_000;

    private final EventLoopGroup thread = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger closed = new AtomicInteger();
    private final Bootstrap bootstrap;
    private final Habit habit;
    private final @Nullable SslContext tls;
    /** The connections that are open; the thread's own. */
    private final Set<Channel> open = new HashSet<>();

    private volatile boolean ended;

    /** The ways of such a client on each of its connections. */
    public static final class Habit {

        private static final Duration PATIENCE = Duration.ofSeconds(5);

        /** The bytes that it sends at once. */
        private final byte[] first;
        /** The bytes of which it sends one a second. */
        private final byte[] then;
        /** The time between the end of a connection and the next one in its place. */
        private final Duration pause;

        private Habit(byte[] first, byte[] then, Duration pause) {
            this.first = first.clone();
            this.then = then.clone();
            this.pause = pause;
        }

        /** Returns the habit of a client that sends this much of a handshake, and no more. */
        public static Habit silentAfter(byte[] clientHello) {
            return new Habit(clientHello, new byte[0], PATIENCE);
        }

        /** Returns the habit of a client whose handshake comes bit by bit. */
        public static Habit dripping(byte[] clientHello) {
            return new Habit(new byte[0], clientHello, PATIENCE);
        }
    }

    private SlowLoris(Door door, int connections, Habit habit) {
        this.habit = habit;
        this.tls = door.isEncrypted() ? believingAll() : null;
        this.bootstrap = new Bootstrap()
                .group(thread)
                .channel(NioSocketChannel.class)
                // Closed with a reset: no port of this machine is kept back.
                .option(ChannelOption.SO_LINGER, 0)
                .remoteAddress("127.0.0.1", door.port())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        channel.closeFuture().addListener(closed -> open.remove(channel));
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new Holding());
                    }
                });
        for (int i = 0; i < connections; i++) {
            openAfter(Duration.ofSeconds(1).multipliedBy(i).dividedBy(OPENED_A_SECOND));
        }
    }

    /** Holds connections by the head of a request that does not end, behind TLS if there is TLS. */
    public static SlowLoris hold(Door door, int connections) {
        return new SlowLoris(door, connections, new Habit(new byte[0], HEAD, Duration.ZERO));
    }

    /** Holds connections by bytes as they are. */
    public static SlowLoris hold(int port, int connections, Habit habit) {
        return new SlowLoris(Door.plain(port), connections, habit);
    }

    private static SslContext believingAll() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    /** Counts the connections that the other side has closed so far. */
    public int closed() {
        return closed.get();
    }

    private void openAfter(Duration pause) {
        if (!ended) {
            thread.schedule(this::open, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void open() {
        if (!ended) {
            bootstrap.connect().addListener(connected -> {
                if (!connected.isSuccess()) {
                    openAfter(Duration.ofSeconds(1));
                }
            });
        }
    }

    /** One connection. */
    private final class Holding extends ChannelInboundHandlerAdapter {

        private @Nullable Future<?> dripping;
        private int sent;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (tls == null) {
                begin(context);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion && completion.isSuccess()) {
                begin(context);
            }
        }

        private void begin(ChannelHandlerContext context) {
            write(context, habit.first, 0, habit.first.length);
            dripping = context.executor().scheduleAtFixedRate(() -> drip(context), 0, 1, TimeUnit.SECONDS);
        }

        private void drip(ChannelHandlerContext context) {
            if (sent < habit.then.length) {
                write(context, habit.then, sent++, 1);
            }
        }

        private static void write(ChannelHandlerContext context, byte[] bytes, int begin, int length) {
            context.writeAndFlush(Unpooled.wrappedBuffer(bytes, begin, length), context.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reset) {
            context.close(context.voidPromise());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closed.incrementAndGet();
            if (dripping != null) {
                dripping.cancel(false);
            }
            openAfter(habit.pause);
        }
    }

    @Override
    public void close() {
        ended = true;
        // Below TLS, which would first take leave of the member.
        thread.submit(() ->
                        List.copyOf(open).forEach(channel -> channel.unsafe().closeForcibly()))
                .awaitUninterruptibly(10, TimeUnit.SECONDS);
        thread.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
}
