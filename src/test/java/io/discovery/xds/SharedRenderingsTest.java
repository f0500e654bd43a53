package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import org.junit.jupiter.api.Test;

/** Room for renderings: each takes it once, and gives it back with its last holder. */
class SharedRenderingsTest {

    private final MemoryBudget budget = MemoryBudget.of(1);
    private final SharedRenderings renderings = new SharedRenderings(budget);

    private static RenderedResource rendering(String name) {
        return new RenderedResource(
                name,
                "1",
                ClusterLoadAssignment.newBuilder().setClusterName(name).build());
    }

    @Test
    void oneThatFindsNoRoomIsNotHeld() {
        RenderedResource first = rendering("first");
        RenderedResource second = rendering("second");

        assertThat(renderings.hold(first)).isTrue();
        long taken = budget.taken();
        assertThat(renderings.hold(second)).isFalse();
        assertThat(renderings.hold(first)).as("once more").isTrue();
        assertThat(budget.taken()).isEqualTo(taken).isGreaterThan(first.size());

        renderings.release(first);
        assertThat(budget.taken()).isEqualTo(taken);
        renderings.release(first);
        assertThat(budget.taken()).isZero();
        assertThat(renderings.hold(second)).isTrue();
    }
}
