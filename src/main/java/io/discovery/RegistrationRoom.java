package io.discovery;

import io.discovery.directory.Directory;
import io.discovery.memory.HeapReserve;
import io.discovery.registry.Registry;
import org.jspecify.annotations.Nullable;

/**
 * Half of the heap for registrations, and nothing more while the heap is scarce. Every member holds all of them, so all come to the same answer if they have the same
 * heap; one with a smaller heap refuses what it is asked itself, and takes what others have taken.
 */
final class RegistrationRoom implements Registry.Room {

    private static final long SHARE = 2;
    private static final String REST =
            "; nothing was changed. Hosts that are registered are renewed and removed, others are"
                    + " not taken until there is room, or members have a larger heap";

    private final Directory directory;
    private final HeapReserve heap;
    private final long most;

    RegistrationRoom(Directory directory, HeapReserve heap) {
        this.directory = directory;
        this.heap = heap;
        this.most = Runtime.getRuntime().maxMemory() / SHARE;
    }

    @Override
    public @Nullable String whyFull() {
        String scarce = heap.whyScarce();
        if (scarce != null) {
            return scarce + REST;
        }
        long held = directory.heapBytes();
        return held < most
                ? null
                : "registrations take about " + (held >> 20) + " MB, expected at most " + (most >> 20)
                        + " MB, half of the heap" + REST;
    }
}
