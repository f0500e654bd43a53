package io.discovery.connections;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A queue of connections: an intrusive doubly linked list (Knuth, The Art of Computer Programming, volume 1, 2.2.5).
 * Each connection brings its node along and is in one queue at most, so joining and leaving, which a connection does
 * several times in a request, take constant time and no memory. Confined to its event loop.
 */
final class ConnectionQueue implements Iterable<Connection> {

    private @Nullable Node head;
    private @Nullable Node tail;

    /** The node of a connection, in any queue. */
    static final class Node {
        private final Connection connection;
        private @Nullable ConnectionQueue queue;
        private @Nullable Node previous;
        private @Nullable Node following;

        Node(Connection connection) {
            this.connection = connection;
        }

        /** Appends the node to a queue, after removing it from its current one. */
        void join(ConnectionQueue next) {
            leave();
            queue = next;
            previous = next.tail;
            if (previous == null) {
                next.head = this;
            } else {
                previous.following = this;
            }
            next.tail = this;
        }

        /** Removes the node from its queue, if it is in one. */
        void leave() {
            if (queue == null) {
                return;
            }
            if (previous == null) {
                queue.head = following;
            } else {
                previous.following = following;
            }
            if (following == null) {
                queue.tail = previous;
            } else {
                following.previous = previous;
            }
            queue = null;
            previous = null;
            following = null;
        }
    }

    /** Iterates from the head; the queue must not change meanwhile. */
    @Override
    public Iterator<Connection> iterator() {
        return new Iterator<>() {
            private @Nullable Node next = head;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Connection next() {
                Node now = next;
                if (now == null) {
                    throw new NoSuchElementException();
                }
                next = now.following;
                return now.connection;
            }
        };
    }
}
