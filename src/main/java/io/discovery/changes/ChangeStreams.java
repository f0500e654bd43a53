package io.discovery.changes;

import io.discovery.sse.SseKeepAlive;
import io.discovery.sse.SseStreams;
import io.discovery.sse.SseWriter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The streams of changes of one event loop. A look at the ring, a few times a second, serves all of them. It shows what
 * was there at the look before, so that it is known by then who asked for a change. Confined to its event loop.
 */
final class ChangeStreams implements SseStreams {

    private static final long LOOK_MILLIS = 150;
    private static final long TURN_MILLIS = 1;

    private final Context context;
    private final ChangeRecorder recorder;
    private final LongAdder open;
    private final SseKeepAlive keepAlive;
    private final Set<ChangeStream> streams = new HashSet<>();
    private long timer;
    /** Sequence number up to which streams may send. */
    private long shown;
    /** Sequence number of the next change at the last look. */
    private long seen;
    /** Number of gaps at the last look. */
    private long gaps;

    /** @param open number of streams of the member */
    ChangeStreams(Context context, ChangeRecorder recorder, LongAdder open) {
        this.context = context;
        this.recorder = recorder;
        this.open = open;
        this.keepAlive = SseKeepAlive.start(context.owner());
    }

    private Vertx vertx() {
        return context.owner();
    }

    ChangeRecorder recorder() {
        return recorder;
    }

    long shown() {
        return shown;
    }

    void enter(ChangeStream stream) {
        if (streams.isEmpty()) {
            seen = recorder.ring().next();
            shown = seen;
            gaps = recorder.gaps();
            timer = vertx().setPeriodic(LOOK_MILLIS, look -> look());
        }
        streams.add(stream);
    }

    void leave(ChangeStream stream) {
        if (streams.remove(stream) && streams.isEmpty()) {
            vertx().cancelTimer(timer);
        }
    }

    private void look() {
        long gapsNow = recorder.gaps();
        boolean isNew = seen != shown || gaps != gapsNow;
        gaps = gapsNow;
        shown = seen;
        seen = recorder.ring().next();
        if (isNew) {
            List.copyOf(streams).forEach(ChangeStream::free);
        }
    }

    /** Runs a task after other tasks of the event loop have had their turn. */
    void later(Runnable task) {
        vertx().setTimer(TURN_MILLIS, turn -> task.run());
    }

    @Override
    public int enter(SseWriter writer) {
        open.increment();
        return keepAlive.enter(writer);
    }

    @Override
    public void leave(SseWriter writer, int turn) {
        open.decrement();
        keepAlive.leave(writer, turn);
    }

    @Override
    public boolean isHeld() {
        return false;
    }

    /** Ends all streams; from any thread. */
    void end() {
        context.runOnContext(now -> List.copyOf(streams).forEach(ChangeStream::close));
    }
}
