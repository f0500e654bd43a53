package io.discovery.directory;

import java.util.function.Function;
import java.util.function.ToLongFunction;

/** A way to render snapshots. Renderings are kept by this object: there is one for each way. */
public final class Renderer<T> {

    private final Function<Snapshot, T> rendering;
    private final ToLongFunction<T> bytes;

    /**
     * @param rendering must not ask the snapshot for another one, by which it would wait for itself
     * @param bytes what keeping the rendering takes that is not counted elsewhere
     */
    public Renderer(Function<Snapshot, T> rendering, ToLongFunction<T> bytes) {
        this.rendering = rendering;
        this.bytes = bytes;
    }

    /** A renderer whose results are small, whatever is listed. */
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
