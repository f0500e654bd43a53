package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The requests that find room while the heap is short, and those that wait for it. */
class MemoryBudgetTest {

    private final HeapReserve heap = new HeapReserve(1_000);
    private final List<String> turns = new ArrayList<>();

    @Test
    void whatLastsFindsNoneWhileTheHeapIsShort() {
        MemoryBudget room = MemoryBudget.lasting(800, heap);
        assertThat(room.isFull()).isFalse();

        heap.collected(900, Reach.ALL);

        assertThat(room.isFull()).isTrue();
        assertThat(room.whyScarce()).contains("the heap is short");
    }

    @Test
    void whatPassesFindsAnEighth() {
        MemoryBudget room = MemoryBudget.passing(800, heap);
        heap.collected(900, Reach.ALL);

        room.take(99);
        assertThat(room.isFull()).isFalse();
        room.take(1);
        assertThat(room.isFull()).isTrue();
    }

    @Test
    void whoWaitsIsLetInWhenTheHeapIsShortNoMore() {
        MemoryBudget room = MemoryBudget.passing(800, heap);
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
        MemoryBudget room = MemoryBudget.passing(800, heap);
        room.take(100);
        heap.collected(900, Reach.ALL);
        room.await(() -> turns.add("first"));

        room.leave(50);

        assertThat(turns).containsExactly("first");
    }

    /** The last holder may leave before a client is queued: no other would call it. */
    @Test
    void whoQueuesWhenThereIsRoomAgainIsLetInAtOnce() {
        MemoryBudget room = MemoryBudget.of(1);
        room.await(() -> turns.add("first"));
        assertThat(turns).containsExactly("first");
        assertThat(room.waiting()).isZero();

        room.take(1);
        room.await(() -> turns.add("second"));
        assertThat(room.waiting()).isEqualTo(1);
        assertThat(turns).containsExactly("first");
    }
}
