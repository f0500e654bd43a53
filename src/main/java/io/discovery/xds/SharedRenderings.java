package io.discovery.xds;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Renderings that answers on their way hold: each takes its memory of a {@link MemoryBudget} once, however many clients are sent it.
 * Safe for all threads.
 */
final class SharedRenderings {

    /** Bytes that a rendering takes beside its texts. */
    private static final long OBJECTS = 300;

    private final MemoryBudget room;
    private final Map<RenderedResource, Held> held = new ConcurrentHashMap<>();

    /** @param json which nobody else holds */
    private record Held(Buffer json, int answers) {}

    SharedRenderings(MemoryBudget room) {
        this.room = room;
    }

    /** Holds it, and its JSON, once more; answers false if there is no room, and nobody holds it yet. Writes the JSON down. */
    boolean hold(RenderedResource rendering) {
        Buffer json = rendering.json();
        return held.compute(rendering, (same, by) -> by == null ? first(same, json) : new Held(by.json, by.answers + 1))
                != null;
    }

    private @Nullable Held first(RenderedResource rendering, Buffer json) {
        if (room.isFull()) {
            return null;
        }
        room.take(bytes(rendering, json));
        return new Held(json, 1);
    }

    void release(RenderedResource rendering) {
        held.computeIfPresent(rendering, (same, by) -> {
            if (by.answers > 1) {
                return new Held(by.json, by.answers - 1);
            }
            room.leave(bytes(same, by.json));
            return null;
        });
    }

    private static long bytes(RenderedResource rendering, Buffer json) {
        return OBJECTS + rendering.size() + json.length();
    }
}
