package io.discovery.changes;

import io.discovery.changes.ChangeRing.Piece;
import io.discovery.http.ResponseWriter;
import io.discovery.json.UtcTime;
import io.discovery.sse.SseResponse;
import io.discovery.sse.SseWriter;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream of changes. It keeps its position in the ring and no changes: a client that reads too late misses
 * those that the ring has dropped, and is told so.
 *
 * <p>Members learn of changes in different orders, by milliseconds. A client that goes on behind an id, at whichever
 * member, therefore gets what this member has learned since a little before the time of that id, some of it again.
 */
final class ChangeStream implements SseWriter.Source {

    private static final long OVERLAP_MICROS = 10_000_000;
    /** Bytes after which a write ends. */
    private static final int ENOUGH = 32 * 1024;

    private final ChangeStreams streams;
    private final ChangeRing ring;
    private final ChangeQuery query;
    private final SseWriter writer;
    private final long beganAt;
    private long position;
    /** Number of times that the recorder had begun anew when the client was last told. */
    private long gaps;

    private boolean isDue;

    private ChangeStream(ChangeStreams streams, ChangeQuery query, ResponseWriter response) {
        this.streams = streams;
        this.ring = streams.recorder().ring();
        this.query = query;
        streams.enter(this);
        this.writer = new SseWriter(response, streams, this);
        this.beganAt = ring.next();
    }

    /**
     * Starts a stream.
     *
     * @param has the id of the last event that the client has; null if it has none
     */
    static void begin(ChangeStreams streams, ChangeQuery query, @Nullable String has, ResponseWriter response) {
        new ChangeStream(streams, query, response).begin(has);
    }

    private void begin(@Nullable String has) {
        ChangeId last = has == null ? query.since() : ChangeId.parse(has).orElse(null);
        gaps = streams.recorder().gaps();
        OptionalLong knownSince = streams.recorder().knownSince();
        long now = streams.recorder().nowMicros();
        position = last == null ? beganAt : positionOf(last.micros() - OVERLAP_MICROS);
        StringBuilder events = new StringBuilder("retry: ")
                .append(SseResponse.retryMillis())
                .append("\n\nid: ")
                .append(last == null ? ChangeId.before(now) : last)
                .append("\nevent: begin\ndata: {\"known_since\": ")
                .append(ChangeList.time(knownSince))
                .append(", \"time\": \"")
                .append(UtcTime.of(now))
                .append("\"}\n\n");
        boolean isUnknown = last == null && has != null;
        if (isUnknown || last != null && mayMiss(last, knownSince, now)) {
            gap(events);
        }
        writer.send(Buffer.buffer(events.toString()));
        free();
    }

    /**
     * Returns whether this member may lack changes after an id. An id of the future was made by another clock, and
     * says nothing of when by this one.
     */
    private static boolean mayMiss(ChangeId last, OptionalLong knownSince, long now) {
        return last.micros() - OVERLAP_MICROS < knownSince.orElse(Long.MAX_VALUE) || last.micros() > now;
    }

    /** Returns the number of the first change that this member has learned of since. */
    private long positionOf(long micros) {
        Piece first = ring.read(ring.first(), beganAt, each -> each.learnedMicros() >= micros, 1);
        return first.changes().isEmpty() ? beganAt : first.changes().get(0).sequence();
    }

    /** Schedules the next write after other streams have had their turn. */
    @Override
    public void free() {
        if (!isDue && writer.isFree() && (position < end() || isGap())) {
            isDue = true;
            streams.later(this::sendMore);
        }
    }

    private boolean isGap() {
        return gaps != streams.recorder().gaps();
    }

    /** Returns the number behind the last change to send: what was there at the beginning needs no look. */
    private long end() {
        return Math.max(beganAt, streams.shown());
    }

    private void sendMore() {
        isDue = false;
        if (!writer.isFree()) {
            return;
        }
        StringBuilder events = new StringBuilder();
        while (position < end() && events.length() < ENOUGH) {
            Piece next = ring.read(position, end(), this::isWanted, 1);
            if (!next.isWhole()) {
                gap(events);
            }
            next.changes().forEach(change -> event(events, change));
            position = next.next();
        }
        if (isGap()) {
            gaps = streams.recorder().gaps();
            gap(events);
        }
        if (!events.isEmpty()) {
            writer.send(Buffer.buffer(events.toString()));
        }
        free();
    }

    /** Changes that come late, when halves of a split have met, are new whenever they were made. */
    private boolean isWanted(RecordedChange change) {
        return change.sequence() >= beganAt ? query.concerns(change) : query.includes(change);
    }

    private static void event(StringBuilder events, RecordedChange change) {
        events.append("id: ")
                .append(change.change().id())
                .append("\nevent: change\ndata: ")
                .append(ChangeJson.of(change))
                .append("\n\n");
    }

    private void gap(StringBuilder events) {
        events.append("event: gap\ndata: {\"known_since\": ")
                .append(ChangeList.time(streams.recorder().knownSince()))
                .append("}\n\n");
    }

    @Override
    public void over() {
        streams.leave(this);
    }

    void close() {
        writer.end();
    }
}
