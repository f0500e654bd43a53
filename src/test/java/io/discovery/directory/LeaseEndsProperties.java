package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.model.Version;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Counts of live instances, step by step and by a look at all of them, which agree at each moment. */
class LeaseEndsProperties {

    private static final Lease LEASE = new Lease(10);
    private static final int INSTANCES = 40;

    /**
     * A step: at {@code micros} after the last one, instance {@code n} has a check-in of this age, or none any more.
     */
    record Step(int micros, int n, @Nullable Integer age, int grace) {}

    @Property
    void theCountIsWhatALookAtAllInstancesSays(@ForAll("steps") List<Step> steps) {
        @Nullable CheckIn[] all = new @Nullable CheckIn[INSTANCES];
        long now = 1_000;
        LeaseEnds ends = new LeaseEnds(LEASE, now);

        for (Step step : steps) {
            now += step.micros;
            CheckIn after =
                    step.age == null ? null : new CheckIn(new Version(now - step.age, 1), 80, "r", "", step.grace);
            ends.replace(all[step.n], after);
            all[step.n] = after;

            LeaseCounts census = ends.at(now);
            assertCounted(census, all, now);
            assertThat(ends.size()).as("it forgets who has gone").isEqualTo(census.live() + census.lapsed());
            if (census.validUntilMicros() < Long.MAX_VALUE) {
                assertCounted(census, all, census.validUntilMicros());
            }
        }
    }

    private static void assertCounted(LeaseCounts census, @Nullable CheckIn[] all, long now) {
        long live = 0;
        long lapsed = 0;
        for (CheckIn checkIn : all) {
            if (checkIn != null && !LEASE.isEnded(checkIn, now)) {
                live++;
            } else if (checkIn != null && LEASE.withOvertime().isListed(checkIn, now)) {
                lapsed++;
            }
        }
        assertThat(census)
                .as("at %s", now)
                .isEqualTo(new LeaseCounts(
                        live, lapsed, ExpiryProtection.isActive(live, lapsed), census.validUntilMicros()));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> jumps = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.integers().between(0, 3)),
                Tuple.of(1, Arbitraries.integers().between(0, 100)));
        return Combinators.combine(
                        jumps,
                        Arbitraries.integers().between(0, INSTANCES - 1),
                        Arbitraries.integers().between(-5, 90).injectNull(0.1),
                        Arbitraries.of(0, 0, 3))
                .as(Step::new)
                .list()
                .ofMaxSize(200);
    }
}
