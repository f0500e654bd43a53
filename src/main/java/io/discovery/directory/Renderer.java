package io.discovery.directory;

import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A function from snapshots to renderings. Caches use this object as the key, so there is one for each kind of
 * rendering.
 */
public final class Renderer<T> {

    private final Function<Snapshot, T> rendering;
    private final ToLongFunction<T> bytes;

    /**
     * @param rendering must not ask the snapshot for another one, which would deadlock
     * @param bytes memory of the rendering that is not counted elsewhere
     */
    public Renderer(Function<Snapshot, T> rendering, ToLongFunction<T> bytes) {
        this.rendering = rendering;
        this.bytes = bytes;
    }

    /** Returns a renderer whose results are small for any list. */
    public static <T> Renderer<T> small(Function<Snapshot, T> rendering) {
        return new Renderer<>(rendering, rendered -> 0);
    }

    T render(Snapshot snapshot) {
        return rendering.apply(snapshot);
    }

    long bytes(T rendered) {
        return bytes.applyAsLong(rendered);
    }
}
