package io.discovery.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that holds many connections to a port of this machine. It sends a byte of a request on each of them once a
 * second, and opens another in place of each that is closed.
 */
public final class SlowLoris implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final byte[] HEAD =
            ("GET /v1/registration/held HTTP/1.1\r\nHost: discovery\r\nX: " + "x".repeat(100_000)).getBytes(US_ASCII);

    private final InetSocketAddress member;
    private final Selector selector;
    private final Thread thread;
    private final AtomicInteger closed = new AtomicInteger();
    private volatile boolean ended;

    private SlowLoris(int port, int connections) throws IOException {
        this.member = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.selector = Selector.open();
        for (int i = 0; i < connections; i++) {
            open();
        }
        this.thread = new Thread(this::run, "slow-loris");
        thread.start();
    }

    public static SlowLoris hold(int port, int connections) {
        try {
            return new SlowLoris(port, connections);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Counts the connections that the other side has closed so far. */
    public int closed() {
        return closed.get();
    }

    private void open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(member);
        channel.register(selector, SelectionKey.OP_CONNECT, ByteBuffer.wrap(HEAD));
    }

    private void run() {
        try {
            long next = System.nanoTime();
            while (!ended) {
                selector.select(100);
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    attempt(key, SlowLoris::listen);
                }
                selector.selectedKeys().clear();
                if (System.nanoTime() - next >= 0) {
                    next += PAUSE.toNanos();
                    for (SelectionKey key : List.copyOf(selector.keys())) {
                        attempt(key, SlowLoris::sayAByte);
                    }
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private interface Step {
        /** Sends a byte; returns false if the other side has closed. */
        boolean take(SelectionKey key) throws IOException;
    }

    private void attempt(SelectionKey key, Step step) throws IOException {
        boolean isOpen;
        try {
            isOpen = !key.isValid() || step.take(key);
        } catch (IOException reset) {
            isOpen = false;
        }
        if (!isOpen) {
            closed.incrementAndGet();
            key.channel().close();
            open();
        }
    }

    private static boolean listen(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isConnectable()) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
            return true;
        }
        return channel.read(ByteBuffer.allocate(1_024)) >= 0;
    }

    private static boolean sayAByte(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer head = (ByteBuffer) key.attachment();
        if (channel.isConnected()) {
            channel.write(head.duplicate().limit(head.position() + 1));
            head.position(head.position() + 1);
        }
        return true;
    }

    @Override
    public void close() {
        ended = true;
        selector.wakeup();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
