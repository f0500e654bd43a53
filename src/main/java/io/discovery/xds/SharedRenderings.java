package io.discovery.xds;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Renderings in answers on their way: each takes its part of a {@link MemoryBudget} once, however many clients receive
 * it. Thread-safe.
 */
final class SharedRenderings {

    /** Bytes that a rendering takes beside its texts. */
    private static final long OBJECTS = 300;

    private final MemoryBudget budget;
    private final Map<RenderedResource, Held> held = new ConcurrentHashMap<>();

    /** @param json shared by all answers that hold the rendering */
    private record Held(Buffer json, int uses) {}

    SharedRenderings(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Holds a rendering and its JSON once more; returns false if no answer holds it yet and there is no room. Renders
     * the JSON.
     */
    boolean hold(RenderedResource rendering) {
        Buffer json = rendering.json();
        return held.compute(rendering, (same, by) -> by == null ? first(same, json) : new Held(by.json, by.uses + 1))
                != null;
    }

    private @Nullable Held first(RenderedResource rendering, Buffer json) {
        if (budget.isFull()) {
            return null;
        }
        budget.take(bytes(rendering, json));
        return new Held(json, 1);
    }

    void release(RenderedResource rendering) {
        held.computeIfPresent(rendering, (same, by) -> {
            if (by.uses > 1) {
                return new Held(by.json, by.uses - 1);
            }
            budget.leave(bytes(same, by.json));
            return null;
        });
    }

    private static long bytes(RenderedResource rendering, Buffer json) {
        return OBJECTS + rendering.size() + json.length();
    }
}
