package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was made of a list, each once, as long as there is room to keep it. Safe for all threads. */
final class Renderings {

    private static final CacheBudget NO_MATTER = CacheBudget.unlimited();

    private final CacheBudget budget;
    private final Map<Renderer<?>, Made<?>> made = new ConcurrentHashMap<>(2);
    private volatile boolean isReleased;

    private final class Made<T> {

        private final T rendering;
        private final CacheBudget.Entry entry;

        private Made(Renderer<T> renderer, T rendering) {
            this.rendering = rendering;
            this.entry = budget.entry(() -> made.remove(renderer, this));
        }
    }

    Renderings(CacheBudget budget) {
        this.budget = budget;
    }

    /** Those of a list that nobody keeps. */
    static Renderings passing() {
        Renderings passing = new Renderings(NO_MATTER);
        passing.release();
        return passing;
    }

    @SuppressWarnings("unchecked") // what a renderer made is stored under the renderer
    <T> T of(Snapshot snapshot, Renderer<T> renderer) {
        Made<T> found = (Made<T>) made.get(renderer);
        if (found == null) {
            found = (Made<T>) made.computeIfAbsent(renderer, absent -> new Made<>(renderer, renderer.render(snapshot)));
            if (!isReleased) {
                found.entry.keep(renderer.bytes(found.rendering));
            }
        } else {
            found.entry.use();
        }
        return found.rendering;
    }

    /** The list is another one now: who still has the old one may ask for more of it, and nobody else will. */
    void release() {
        // First: what comes after it is not counted, and what came before it is seen below.
        isReleased = true;
        made.values().forEach(each -> each.entry.release());
    }
}
