package io.discovery.xds;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Renderings that answers on their way hold: each takes its memory of a {@link Room} once, however many clients are sent it.
 * Safe for all threads.
 */
final class SharedRenderings {

    /** Bytes that a rendering takes beside its texts. */
    private static final long OBJECTS = 300;

    private final Room room;
    private final Map<Rendered, Integer> holders = new ConcurrentHashMap<>();

    SharedRenderings(Room room) {
        this.room = room;
    }

    /** Holds it once more; answers false if there is no room, and nobody holds it yet. */
    boolean hold(Rendered rendering) {
        return holders.compute(rendering, (same, count) -> count == null ? first(same) : Integer.valueOf(count + 1))
                != null;
    }

    private @Nullable Integer first(Rendered rendering) {
        if (room.isFull()) {
            return null;
        }
        room.take(bytes(rendering));
        return 1;
    }

    void release(Rendered rendering) {
        holders.computeIfPresent(rendering, (same, count) -> {
            if (count > 1) {
                return count - 1;
            }
            room.leave(bytes(same));
            return null;
        });
    }

    private static long bytes(Rendered rendering) {
        return OBJECTS + rendering.size() + rendering.json().length();
    }
}
