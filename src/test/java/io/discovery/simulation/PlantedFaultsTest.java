package io.discovery.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Buckets;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.Divergence;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.SetDivergence;
import io.discovery.simulation.Simulation.Outcome;
import io.discovery.simulation.Violation.Promise;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults in the wiring of members, each of which histories find, and shrink to a few steps. */
@Tag("long")
class PlantedFaultsTest {

    private static final int MOST_HISTORIES = 400;
    private static final int MOST_STEPS = 10;

    @Test
    void aBackupThatKeepsAnOlderRegisterIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    Registration atBackup(Registration written, @Nullable Registration stored) {
                        return stored == null ? written : stored;
                    }
                },
                Promise.NOTHING_IS_LOST,
                Promise.OPEN_IS_COMPLETE);
    }

    @Test
    void anAnswerBeforeTheBackupHasTheChangeIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    boolean awaitsBackup() {
                        return false;
                    }
                },
                Promise.NOTHING_IS_LOST,
                Promise.OPEN_IS_COMPLETE);
    }

    @Test
    void aTombstoneForgottenEarlyIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    void sweep(Member member) {
                        ForgetfulDirectory.forgetTombstones(member);
                    }
                },
                Promise.NOTHING_IS_LOST,
                Promise.REGISTERS_ADVANCE,
                Promise.CONVERGENCE);
    }

    @Test
    void aComparisonThatLeavesOutBucketsIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    ReadCopy readCopy(ReadCopy directory) {
                        return new HalfCompared(directory);
                    }
                },
                Promise.NOTHING_IS_LOST,
                Promise.OPEN_IS_COMPLETE,
                Promise.CONVERGENCE);
    }

    @Test
    void aLeaseThatEndsByTheLocalWallClockIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    long directoryMicros(Member member) {
                        return member.machine().wallMicros();
                    }
                },
                Promise.NO_LEASE_IS_SHORT,
                Promise.NO_LEASE_IS_LONG,
                Promise.CONVERGENCE);
    }

    @Test
    void aWatcherThatIsNotMarkedIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    boolean isMarked(Watcher watcher) {
                        return watcher.marks() % 3 != 0;
                    }
                },
                Promise.WATCHERS_KNOW);
    }

    @Test
    void aReturnThatIsBelievedBeforeCopiesAreComparedIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    Divergence divergence(Divergence catchUp) {
                        return new SetDivergence();
                    }
                },
                Promise.NO_LEASE_IS_SHORT);
    }

    @Test
    void aMemberThatOpensBeforeItHasLearnedIsFound() {
        assertFound(
                new Wiring() {
                    @Override
                    boolean opens(boolean hasMetAll) {
                        return true;
                    }
                },
                Promise.OPEN_IS_COMPLETE);
    }

    private static void assertFound(Wiring faulty, Promise... promises) {
        Search search = new Search(faulty);
        Outcome found = search.from(1, histories -> histories == MOST_HISTORIES).orElseThrow();

        Outcome shrunk = search.shrunk(found);

        assertThat(Stream.of(promises))
                .contains(shrunk.violation().orElseThrow().promise());
        assertThat(shrunk.history().steps())
                .as(String.join("\n", shrunk.story()))
                .hasSizeLessThanOrEqualTo(MOST_STEPS);
        assertThat(List.of(shrunk.story().get(shrunk.story().size() - 1)))
                .allMatch(last -> last.contains("violation: "));
    }

    /** A copy that compares every other bucket alone. */
    private record HalfCompared(ReadCopy copy) implements ReadCopy {

        @Override
        public void merge(Registration registration) {
            copy.merge(registration);
        }

        @Override
        public void mergeAll(Collection<Registration> registrations) {
            copy.mergeAll(registrations);
        }

        @Override
        public void replace(Registration held, Registration replacement) {
            copy.replace(held, replacement);
        }

        @Override
        public @Nullable Registration find(InstanceKey key) {
            return copy.find(key);
        }

        @Override
        public Iterable<Registration> all() {
            return copy.all();
        }

        @Override
        public Iterable<Registration> inBucket(int bucket) {
            return bucket % 2 == 0 ? copy.inBucket(bucket) : List.of();
        }

        @Override
        public long[] digests(Comparison comparison) {
            long[] digests = copy.digests(comparison);
            for (int bucket = 1; bucket < Buckets.COUNT; bucket += 2) {
                digests[bucket] = 0;
            }
            return digests;
        }
    }
}
