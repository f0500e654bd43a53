package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who finds room while the heap is short, and who waits for it. */
class RoomTest {

    private final HeapReserve heap = new HeapReserve(1_000);
    private final List<String> turns = new ArrayList<>();

    @Test
    void whatLastsFindsNoneWhileTheHeapIsShort() {
        Room room = Room.lasting(800, heap);
        assertThat(room.isFull()).isFalse();

        heap.collected(900, Reach.ALL);

        assertThat(room.isFull()).isTrue();
        assertThat(room.whyScarce()).contains("the heap is short");
    }

    @Test
    void whatPassesFindsAnEighth() {
        Room room = Room.passing(800, heap);
        heap.collected(900, Reach.ALL);

        room.take(99);
        assertThat(room.isFull()).isFalse();
        room.take(1);
        assertThat(room.isFull()).isTrue();
    }

    @Test
    void whoWaitsIsLetInWhenTheHeapIsShortNoMore() {
        Room room = Room.passing(800, heap);
        room.take(100);
        heap.collected(900, Reach.ALL);
        room.await(() -> {
            turns.add("first");
            room.letIn();
        });
        room.await(() -> turns.add("second"));
        assertThat(turns).isEmpty();

        heap.collected(100, Reach.ALL);
        heap.tellRelief();

        assertThat(turns).containsExactly("first", "second");
    }

    @Test
    void whatIsLeftLetsInWhoWaitsWhileTheHeapIsShortToo() {
        Room room = Room.passing(800, heap);
        room.take(100);
        heap.collected(900, Reach.ALL);
        room.await(() -> turns.add("first"));

        room.leave(50);

        assertThat(turns).containsExactly("first");
    }
}
