package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Program;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The heap of a full history, which src/docs/history.md tells. */
class ChangeMemoryTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void aFullHistoryTakesWhatIsEstimated() {
        String line = Program.ofJdk(
                        "java", "-cp", System.getProperty("java.class.path"), ChangeMemoryProgram.class.getName())
                .run(PATIENCE)
                .succeeded()
                .output();
        long[] numbers = Stream.of(line.strip().split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        long changes = numbers[0];
        long taken = numbers[1];
        long estimated = numbers[2];
        System.out.println("measured: " + changes + " changes take " + taken + " bytes, estimated " + estimated);

        assertThat(changes).isEqualTo(ChangeMemoryProgram.CHANGES);
        assertThat(taken).isBetween(estimated / 2, estimated * 3 / 2);
        assertThat(taken).isLessThan(10_000_000);
    }
}
