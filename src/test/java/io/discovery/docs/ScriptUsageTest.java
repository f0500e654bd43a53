package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts with wrong arguments, from another folder than the pages name. */
class ScriptUsageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench nonsense",
                "check-alerts 5x",
                "check-api x",
                "check-checker nonsense",
                "check-churn x",
                "check-dynamodb x",
                "check-faults nonsense",
                "check-faults mixed 5000",
                "check-faults mixed 1500m",
                "check-faults mixed 1 99999999999999999999",
                "check-fuzz x",
                "check-heal 100,000",
                "check-joins x",
                "check-lb x",
                "check-simulation x",
                "check-soak x",
                "check-upgrade",
                "make-secrets -dns",
                "release -h",
                "render-chart -h",
            })
    void aWrongArgumentEndsAScriptWithItsUsage(String command) {
        ProgramRun run = Program.of("bash", "-c", "cd scripts && ./" + command).run(Duration.ofSeconds(30));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .startsWith("Usage: ./scripts/" + command.split(" ", 2)[0])
                .doesNotContain("set -euo", "# ");
    }
}
