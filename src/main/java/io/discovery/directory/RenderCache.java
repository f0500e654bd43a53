package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The renderings of a list, each rendered once, as long as there is room to cache it. Thread-safe. */
final class RenderCache {

    /** A budget for lists that are not cached. */
    static final CacheBudget NO_MATTER = CacheBudget.unlimited();

    private final CacheBudget budget;
    /** Renderings by renderer. Null while there are none: there may be a list for each registered host. */
    private volatile @Nullable Map<Renderer<?>, Made<?>> renderings;

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

    /** Returns the renderings of a list that is not cached. */
    static RenderCache passing() {
        RenderCache passing = new RenderCache(NO_MATTER);
        passing.release();
        return passing;
    }

    @SuppressWarnings("unchecked") // each rendering is stored under its renderer
    <T> T of(Snapshot snapshot, Renderer<T> renderer) {
        Map<Renderer<?>, Made<?>> all = renderings;
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
        Map<Renderer<?>, Made<?>> all = renderings;
        if (all == null) {
            all = new ConcurrentHashMap<>(2);
            renderings = all;
        }
        return all;
    }

    /**
     * Drops a rendering. A rendering created just now may find its map gone: the next reader renders it again, and it
     * counts until it is dropped.
     */
    private synchronized void drop(Renderer<?> renderer, Made<?> old) {
        Map<Renderer<?>, Made<?>> all = renderings;
        if (all != null) {
            all.remove(renderer, old);
            if (all.isEmpty()) {
                renderings = null;
            }
        }
    }

    /**
     * Stops counting the renderings, because another list has replaced this one: only readers that still have it can
     * ask for renderings of it.
     */
    void release() {
        // First: renderings after this are not counted, and those before it are in the map below.
        isReleased = true;
        Map<Renderer<?>, Made<?>> all = renderings;
        if (all != null) {
            all.values().forEach(each -> each.entry.release());
        }
    }
}
