package io.discovery.connections;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The unread pieces of one HTTP/2 connection, the longest waiting first. Confined to its event loop. */
final class UnreadStreams {

    private final Connections connections;
    private final UnreadBudget unread;
    private final Set<UnreadPiece> pieces = new LinkedHashSet<>(0);

    UnreadStreams(Connections connections) {
        this.connections = connections;
        this.unread = connections.unread().ofOne();
    }

    void add(UnreadPiece piece, ConnectionReaper reaper) {
        piece.count(unread);
        pieces.add(piece);
        reaper.startsReading(piece);
        while (unread.isFull() && !pieces.isEmpty()) {
            pieces.iterator().next().makeRoom();
        }
    }

    /** Records that a piece's stream is being reset. */
    void resets(UnreadPiece piece, ConnectionReaper reaper) {
        connections.countReset();
        pieces.remove(piece);
        reaper.awaitsEnd(piece);
    }

    void remove(UnreadPiece piece, ConnectionReaper reaper) {
        pieces.remove(piece);
        reaper.endsReading(piece);
    }

    /** Drops all pieces when the connection ends. */
    void forgetAll() {
        List.copyOf(pieces).forEach(UnreadPiece::taken);
    }

    UnreadBudget unread() {
        return unread;
    }
}
