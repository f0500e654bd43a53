package io.discovery.connections;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the streams of one connection of HTTP/2 have to read, the longest waiting first. Belongs to its event loop. */
final class UnreadStreams {

    private final Connections connections;
    private final UnreadBudget unread;
    private final Set<UnreadPiece> pieces = new LinkedHashSet<>(0);

    UnreadStreams(Connections connections) {
        this.connections = connections;
        this.unread = connections.unread().ofOne();
    }

    void add(UnreadPiece piece, ConnectionReaper watch) {
        piece.count(unread);
        pieces.add(piece);
        watch.startsReading(piece);
        while (unread.isFull() && !pieces.isEmpty()) {
            pieces.iterator().next().makeRoom();
        }
    }

    /** Its stream is being reset. */
    void resets(UnreadPiece piece, ConnectionReaper watch) {
        connections.countReset();
        pieces.remove(piece);
        watch.awaitsEnd(piece);
    }

    void remove(UnreadPiece piece, ConnectionReaper watch) {
        pieces.remove(piece);
        watch.endsReading(piece);
    }

    /** The connection ends. */
    void forgetAll() {
        List.copyOf(pieces).forEach(UnreadPiece::taken);
    }

    UnreadBudget unread() {
        return unread;
    }
}
