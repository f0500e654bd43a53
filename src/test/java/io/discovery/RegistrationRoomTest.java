package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whether there is room for registrations, beside what they take themselves. */
class RegistrationRoomTest {

    private final HeapReserve heap = new HeapReserve(1_000);
    private final RegistrationRoom room = new RegistrationRoom(
            new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited()),
            heap);

    @Test
    void nothingIsAddedWhileTheHeapIsShort() {
        assertThat(room.whyFull()).isNull();

        heap.collected(900, Reach.ALL);
        assertThat(room.whyFull()).contains("the heap is short").contains("nothing was changed");

        heap.collected(100, Reach.ALL);
        assertThat(room.whyFull()).isNull();
    }
}
