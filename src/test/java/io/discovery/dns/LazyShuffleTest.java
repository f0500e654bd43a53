package io.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LazyShuffleTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 1_000})
    void allAreThereOnce(int size) {
        List<Integer> list = IntStream.range(0, size).boxed().toList();
        List<Integer> seen = new ArrayList<>();

        new LazyShuffle<>(list).forEachRemaining(seen::add);

        assertThat(seen).containsExactlyInAnyOrderElementsOf(list);
    }

    @Test
    void eachOrderIsAsLikelyAsAnyOther() {
        Map<List<Integer>, Integer> orders = new HashMap<>();

        for (int n = 0; n < 24_000; n++) {
            List<Integer> order = new ArrayList<>();
            new LazyShuffle<>(List.of(1, 2, 3, 4)).forEachRemaining(order::add);
            orders.merge(order, 1, Integer::sum);
        }

        // 1,000 of each of 24 are expected; 200 more or less is over six times the standard deviation.
        assertThat(orders).hasSize(24);
        assertThat(orders.values()).allMatch(count -> count > 800 && count < 1_200);
    }
}
