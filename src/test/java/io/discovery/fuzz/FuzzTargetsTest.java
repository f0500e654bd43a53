package io.discovery.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every target reads its seeds, all that a run has ever found, and a few thousand inputs that are made of these. Other
 * inputs come with another system property {@code fuzz.seed}.
 */
class FuzzTargetsTest {

    private static final long SEED = Long.getLong("fuzz.seed", 20_261_126);
    private static final int ROUNDS = 2_000;

    static Collection<String> names() {
        return FuzzTargets.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void seedsAndFindingsAreRead(String name) throws IOException {
        FuzzTarget target = FuzzTargets.named(name);
        assertThat(target.seeds()).isNotEmpty().allMatch(seed -> seed.length <= target.longest());

        BoundedTarget bounded = BoundedTarget.inHeap(target);
        FuzzTargets.originals(name).forEach(input -> assertIsRead(bounded, input));
    }

    @ParameterizedTest
    @MethodSource("names")
    void inputsMadeOfThemAreRead(String name) throws IOException {
        List<byte[]> originals = FuzzTargets.originals(name);
        FuzzTarget target = FuzzTargets.named(name);
        BoundedTarget bounded = BoundedTarget.inHeap(target);
        Mutations mutations = new Mutations(originals, target.longest(), SEED);
        for (int round = 0; round < ROUNDS; round++) {
            assertIsRead(bounded, mutations.next());
        }
    }

    private static void assertIsRead(BoundedTarget target, byte[] input) {
        assertThatCode(() -> target.read(input))
                .as(() -> HexFormat.of().formatHex(input))
                .doesNotThrowAnyException();
    }
}
