package io.discovery.connections;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Connections in the order in which they came. Each brings its place along and is in one line at most, so that to come and to
 * go, which a connection does several times in a request, takes neither a search nor memory. Belongs to its event loop.
 */
final class ConnectionQueue implements Iterable<Connection> {

    private @Nullable Place first;
    private @Nullable Place last;

    /** Where a connection stands, in any line. */
    static final class Place {
        private final Connection connection;
        private @Nullable ConnectionQueue line;
        private @Nullable Place before;
        private @Nullable Place behind;

        Place(Connection connection) {
            this.connection = connection;
        }

        /** Goes to the end of a line. */
        void join(ConnectionQueue next) {
            leave();
            line = next;
            before = next.last;
            if (before == null) {
                next.first = this;
            } else {
                before.behind = this;
            }
            next.last = this;
        }

        /** Stands in none any more. */
        void leave() {
            if (line == null) {
                return;
            }
            if (before == null) {
                line.first = behind;
            } else {
                before.behind = behind;
            }
            if (behind == null) {
                line.last = before;
            } else {
                behind.before = before;
            }
            line = null;
            before = null;
            behind = null;
        }
    }

    /** Whoever first came first. Nobody may come or go meanwhile. */
    @Override
    public Iterator<Connection> iterator() {
        return new Iterator<>() {
            private @Nullable Place next = first;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Connection next() {
                Place now = next;
                if (now == null) {
                    throw new NoSuchElementException();
                }
                next = now.behind;
                return now.connection;
            }
        };
    }
}
