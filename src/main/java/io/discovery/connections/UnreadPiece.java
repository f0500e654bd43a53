package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;

/**
 * A piece of a response over HTTP/2 that its client has not read. Netty keeps it until the client's window lets it
 * through, where no count of a socket's bytes sees it. Confined to the connection's event loop.
 */
public final class UnreadPiece implements SlowReader {

    /** Bytes that an open stream holds beside its data. */
    private static final long STREAM = Exchange.COST;
    /** Time for the socket to take a reset, which frees the stream. */
    private static final Duration RESET_LIMIT = Duration.ofSeconds(1);

    private final Connection connection;
    private final List<byte[]> arrays;
    private final long others;
    private final Runnable reset;
    private long since;
    private final Duration limit;
    private boolean isReset;
    private boolean isTaken;
    private boolean isCounted;

    UnreadPiece(Connection connection, ByteBuf piece, Duration limit, Runnable reset) {
        this.connection = connection;
        this.arrays = UnreadBudget.arrays(piece);
        this.others = STREAM + UnreadBudget.beside(piece);
        this.limit = limit;
        this.reset = reset;
        this.since = connection.now();
    }

    void count(UnreadBudget unread) {
        isCounted = true;
        arrays.forEach(unread::hold);
        unread.add(others);
    }

    private void forget() {
        if (isCounted) {
            isCounted = false;
            UnreadBudget unread = connection.streams().unread();
            arrays.forEach(unread::release);
            unread.add(-others);
        }
    }

    /** Records that the client has read it, or will not get it any more; may be called again. */
    public void taken() {
        if (!isTaken) {
            isTaken = true;
            forget();
            connection.streams().remove(this, connection.itsReaper());
        }
    }

    @Override
    public void lookAtReading(long now) {
        if (isTaken) {
            // By the end of its connection, in the same look.
            return;
        }
        if (isReset && now - since > RESET_LIMIT.toNanos()) {
            // The socket takes nothing, and so the stream still holds its memory.
            connection.end(CloseReason.SLOW);
        } else if (!isReset && now - since > limit.toNanos()) {
            reset();
        }
    }

    /**
     * Resets the stream, or, while the heap is scarce, closes the whole connection: a stream that is reset holds its
     * memory until its turn comes, and after 200 of them the connection closes anyway.
     */
    @Override
    public void makeRoom() {
        if (connection.waits().whyScarce() == null) {
            reset();
        } else {
            connection.end(CloseReason.SLOW);
        }
    }

    /** Resets the stream in a later task: the caller may be in the midst of writing, or of ending others. */
    private void reset() {
        isReset = true;
        since = connection.now();
        forget();
        connection.streams().resets(this, connection.itsReaper());
        connection.later(() -> {
            if (!isTaken) {
                reset.run();
            }
        });
    }
}
