package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CommandLineProgram;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestCluster;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands about members, with a cluster of two, one of which dies. */
@Timeout(180)
class ClusterIT {

    @Test
    void theLossOfAMemberIsFound() {
        try (TestCluster cluster = TestCluster.start(2, Map.of())) {
            int first = cluster.member(0).port();
            int second = cluster.member(1).port();
            CommandLineProgram cli = CommandLineProgram.at(first, second);
            cluster.client(0).register("payments", "127.0.0.10");

            assertThat(cli.run("members").succeeded().output().lines().skip(1))
                    .hasSize(2)
                    .allMatch(line -> line.matches("127.0.0.1:[0-9]+\\*? +\\S+ +ready +127.0.0.1:[0-9]+ +1 +1 .*"));
            assertThat(cli.run("clients", "-o", "json").succeeded().output()).isEqualTo("[]\n");
            assertThat(cli.run("safe", "--wait").succeeded().output()).startsWith("safe: ");
            assertThat(cli.run("doctor").succeeded().output()).doesNotContain("BAD");

            cluster.kill(0);

            assertThat(cli.run("services").succeeded().output()).contains("payments");
            ProgramRun safe = cli.run("safe", "-o", "jsonl");
            assertThat(safe.exitCode()).isEqualTo(1);
            assertThat(safe.output())
                    .startsWith("{\"safe\": false, \"reasons\": [\"no answer from http://127.0.0.1:" + first + " ");
            await().untilAsserted(() -> assertThat(CommandLineProgram.at(second)
                            .run("safe", "--members=2")
                            .output())
                    .contains("sees 1 of 2 members"));
            ProgramRun doctor = cli.run("doctor");
            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(doctor.output())
                    .containsPattern(
                            "endpoints +BAD +no answer from http://127.0.0.1:" + first + " .*start that member");
        }
    }
}
