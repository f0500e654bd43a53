package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import io.discovery.model.RegistryException.Overloaded;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import org.junit.jupiter.api.Test;

/** The memory of answers by REST counts until their clients have them, and shared parts count once. */
class RestResponseTest {

    private static final RenderedResource LARGE = rendered("l".repeat(10_000));

    private final MemoryBudget room = MemoryBudget.of(30_000);
    private final SharedRenderings renderings = new SharedRenderings(room);

    @Test
    void whatSeveralAreSentIsCountedOnceUntilTheLastHasIt() {
        RestResponse first = answer();
        RestResponse second = answer();
        first.add(LARGE);
        long one = room.taken();
        second.add(LARGE);

        assertThat(one).isGreaterThan(20_000);
        assertThat(room.taken()).isLessThan(one + 500 + LARGE.name().length());
        first.close();
        first.close();
        assertThat(room.taken()).isGreaterThan(20_000);
        second.close();
        assertThat(room.taken()).isZero();
    }

    @Test
    void aNameThatIsRenderedWhenItIsSentCountsWithItsCharacters() {
        RestResponse answer = answer();

        answer.add(new NameDerivedResources(DerivedShape.ROUTE, "payments"));

        assertThat(room.taken()).isEqualTo(150 + 8);
    }

    @Test
    void aRefusalTellsOfAShortHeap() {
        HeapReserve heap = new HeapReserve(1_000);
        MemoryBudget passing = MemoryBudget.passing(800, heap);
        heap.collected(900, Reach.ALL);

        assertThatThrownBy(() -> new RestResponse(passing, new SharedRenderings(passing)).add(LARGE))
                .hasMessageContaining("less than otherwise, since the heap is short");
    }

    @Test
    void whoFindsNoRoomIsRefusedAndLeavesNothing() {
        RestResponse answer = answer();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        answer.add(new NameDerivedResources(DerivedShape.ROUTE, "service-" + i));
                    }
                })
                .isInstanceOf(Overloaded.class)
                .hasMessageContaining("has for them; ask again later");
        assertThat(answer.resources()).hasSizeBetween(100, 300);
        answer.close();
        assertThat(room.taken()).isZero();
    }

    @Test
    void forAClientThatHasGoneNothingIsTaken() {
        RestResponse answer = answer();
        answer.close();

        assertThatThrownBy(() -> answer.add(LARGE)).isInstanceOf(Overloaded.class);
        assertThat(room.taken()).isZero();
    }

    private RestResponse answer() {
        return new RestResponse(room, renderings);
    }

    private static RenderedResource rendered(String name) {
        return new RenderedResource(
                "large",
                "1",
                ClusterLoadAssignment.newBuilder().setClusterName(name).build());
    }
}
