package io.discovery.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Clients of server-sent events, all of them on one thread. */
final class EventStreams implements Crowd {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String FIRST = "\nevent: service\n";

    private final List<SocketChannel> channels = new ArrayList<>();
    private final Selector selector;
    private final Thread thread;
    private volatile Search search;

    /** A text that all clients look for, and the moments at which they found it. */
    private static final class Search {
        private final byte[] text;
        private final long[] found;
        private final CountDownLatch left;

        Search(String text, int clients) {
            this.text = text.getBytes(StandardCharsets.US_ASCII);
            this.found = new long[clients];
            this.left = new CountDownLatch(clients);
        }
    }

    /** A client, and how much of the text that is searched it has seen. */
    private static final class Client {
        private final int number;
        private Search search;
        private int matched;

        Client(int number, Search search) {
            this.number = number;
            this.search = search;
        }
    }

    private EventStreams(int clients) throws IOException {
        selector = Selector.open();
        search = new Search(FIRST, clients);
        thread = new Thread(this::run, "event-streams");
        thread.setDaemon(true);
    }

    /** Connects a number of clients, to each of the ports in turn. */
    static EventStreams open(int clients, String path, List<Integer> ports) {
        try {
            EventStreams streams = new EventStreams(clients);
            byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: d\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < clients; i++) {
                SocketChannel channel = SocketChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(i % ports.size())));
                streams.channels.add(channel);
                channel.write(ByteBuffer.wrap(request));
                channel.configureBlocking(false);
                channel.register(streams.selector, SelectionKey.OP_READ, new Client(i, streams.search));
            }
            streams.thread.start();
            return streams;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void run() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(256 * 1024);
        try {
            while (selector.isOpen()) {
                selector.select(key -> read(key, bytes));
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void read(SelectionKey key, ByteBuffer bytes) {
        try {
            bytes.clear();
            if (((SocketChannel) key.channel()).read(bytes) < 0) {
                key.cancel();
                return;
            }
            look((Client) key.attachment(), bytes.flip());
        } catch (IOException broken) {
            // The test that waits for it fails.
            key.cancel();
        }
    }

    private void look(Client client, ByteBuffer bytes) {
        if (client.search != search) {
            client.search = search;
            client.matched = 0;
        }
        byte[] text = client.search.text;
        while (bytes.hasRemaining() && client.matched < text.length) {
            byte next = bytes.get();
            // The searched text begins with a character that does not come again before its end.
            client.matched = next == text[client.matched] ? client.matched + 1 : next == text[0] ? 1 : 0;
        }
        if (client.matched == text.length && client.search.found[client.number] == 0) {
            client.search.found[client.number] = System.nanoTime();
            client.search.left.countDown();
        }
    }

    @Override
    public int size() {
        return channels.size();
    }

    @Override
    public void awaitLists() {
        await(search);
    }

    @Override
    public long[] see(String text, Runnable change) {
        Search next = new Search("\"" + text + "\"", size());
        search = next;
        change.run();
        await(next);
        return next.found;
    }

    private static void await(Search search) {
        try {
            if (!search.left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(search.left.getCount() + " clients have not seen it");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            for (SocketChannel channel : channels) {
                channel.close();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
