package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What was made of a list, each once, as long as there is room to keep it. Safe for all threads. */
final class RenderCache {

    /** For lists that nobody keeps. */
    static final CacheBudget NO_MATTER = CacheBudget.unlimited();

    private final CacheBudget budget;
    /** Null while there is none: there may be a list for each host that is registered. */
    private volatile @Nullable Map<Renderer<?>, Made<?>> made;

    private volatile boolean isReleased;

    private final class Made<T> {

        private final T rendering;
        private final CacheBudget.Entry entry;

        private Made(Renderer<T> renderer, T rendering) {
            this.rendering = rendering;
            this.entry = budget.entry(() -> drop(renderer, this));
        }
    }

    RenderCache(CacheBudget budget) {
        this.budget = budget;
    }

    /** Those of a list that nobody keeps. */
    static RenderCache passing() {
        RenderCache passing = new RenderCache(NO_MATTER);
        passing.release();
        return passing;
    }

    @SuppressWarnings("unchecked") // each rendering is stored under its renderer
    <T> T of(Snapshot snapshot, Renderer<T> renderer) {
        Map<Renderer<?>, Made<?>> all = made;
        Made<T> found = all == null ? null : (Made<T>) all.get(renderer);
        if (found == null) {
            found = (Made<T>)
                    all().computeIfAbsent(renderer, absent -> new Made<>(renderer, renderer.render(snapshot)));
            if (!isReleased) {
                found.entry.keep(renderer.bytes(found.rendering));
            }
        } else {
            found.entry.use();
        }
        return found.rendering;
    }

    private synchronized Map<Renderer<?>, Made<?>> all() {
        Map<Renderer<?>, Made<?>> all = made;
        if (all == null) {
            all = new ConcurrentHashMap<>(2);
            made = all;
        }
        return all;
    }

    /** One that is made just now may find its map gone: it is made again for the next who asks, and counts until it is dropped. */
    private synchronized void drop(Renderer<?> renderer, Made<?> old) {
        Map<Renderer<?>, Made<?>> all = made;
        if (all != null) {
            all.remove(renderer, old);
            if (all.isEmpty()) {
                made = null;
            }
        }
    }

    /** The list is another one now: who still has the old one may ask for more of it, and nobody else will. */
    void release() {
        // First: what comes after it is not counted, and what came before it is seen below.
        isReleased = true;
        Map<Renderer<?>, Made<?>> all = made;
        if (all != null) {
            all.values().forEach(each -> each.entry.release());
        }
    }
}
