package io.discovery.directory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What was made of a list, each once, by the objects that made it. Safe for all threads. */
final class Renderings {

    private final Map<Function<Snapshot, ?>, Object> made = new ConcurrentHashMap<>(2);

    @SuppressWarnings("unchecked") // a renderer's result is stored under the renderer
    <T> T of(Snapshot snapshot, Function<Snapshot, T> renderer) {
        return (T) made.computeIfAbsent(renderer, r -> renderer.apply(snapshot));
    }
}
