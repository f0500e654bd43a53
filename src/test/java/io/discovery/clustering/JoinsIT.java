package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Starts of a member while another stands still, whenever that is, and of many members at once. The long form:
 * {@code ./scripts/check-joins}.
 */
@Tag("long")
@Timeout(value = 2, unit = TimeUnit.HOURS)
@Isolated("members that start together take all processors")
class JoinsIT {

    private static final int STARTS = Integer.getInteger("joins.starts", 3);
    private static final int TOGETHER = Integer.getInteger("joins.together", 1);
    private static final long SEED = Long.getLong("joins.seed", 1);
    private static final int MANY = 8;

    @Test
    void aMemberStartsWhenAPeerPauses() {
        List<Joins.Start> starts = new ArrayList<>();
        try (Joins joins = new Joins(SEED, Map.of())) {
            for (int number = 1; number <= STARTS; number++) {
                Joins.Start start = joins.start(number);
                System.out.println(start);
                starts.add(start);
            }
        }
        assertThat(starts).allMatch(Joins.Start::isGood);
    }

    @Test
    void eightMembersStartTogether() {
        List<String> failures = new ArrayList<>();
        for (int number = 1; number <= TOGETHER; number++) {
            String failure = Joins.together(MANY, number);
            System.out.println(failure.isEmpty() ? "together " + number + ": one cluster of " + MANY : failure);
            if (!failure.isEmpty()) {
                failures.add(failure);
            }
        }
        assertThat(failures).isEmpty();
    }
}
