package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;

/**
 * A piece of an answer over HTTP/2 that its client has not read. Netty keeps it until the client's window lets it through,
 * below everything that counts what a socket does not take. Belongs to the connection's event loop.
 */
public final class UnreadPiece implements SlowReader {

    /** What a stream holds while it is open, beside what is sent on it. */
    private static final long STREAM = Exchange.COST;
    /** Once its stream is reset, it is gone as soon as the socket takes the frame that says so. */
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

    /** The client has read it, or will not get it any more; may be told again. */
    public void taken() {
        if (!isTaken) {
            isTaken = true;
            forget();
            connection.streams().remove(this, connection.itsWatch());
        }
    }

    @Override
    public void lookAtReading(long now) {
        if (isReset && now - since > RESET_LIMIT.toNanos()) {
            // The socket takes nothing, and so the stream holds what it held.
            connection.end(CloseReason.SLOW);
        } else if (!isReset && now - since > limit.toNanos()) {
            reset();
        }
    }

    /**
     * While the heap is scarce, ends the whole connection: a stream that is reset holds what it held until its turn comes, and
     * after 200 of them the connection ends anyway.
     */
    @Override
    public void makeRoom() {
        if (connection.whyScarce() == null) {
            reset();
        } else {
            connection.end(CloseReason.SLOW);
        }
    }

    /** Resets the stream when others have had their turn: it is asked for in the midst of writing, and of ending others. */
    private void reset() {
        isReset = true;
        since = connection.now();
        forget();
        connection.streams().resets(this, connection.itsWatch());
        connection.later(() -> {
            if (!isTaken) {
                reset.run();
            }
        });
    }
}
