package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExternalProcessTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aFailedRunTellsItsCommandItsExitCodeAndAllThatItPrinted() {
        ProgramRun run = shell("echo answer; echo reason >&2; exit 3").run(PATIENCE);

        assertThat(run.output()).isEqualTo("answer\n");
        assertThat(run.errors()).isEqualTo("reason\n");
        assertThatThrownBy(run::succeeded)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("exit 3 ended with exit code 3", "answer", "reason");
    }

    @Test
    void aRunHasNoInputAndOnlyItsOwnVariables() {
        Program program = new Program(shell("cat; echo $NAME $HOME").command(), Map.of("NAME", "value"));

        assertThat(program.run(PATIENCE).succeeded().output()).isEqualTo("value\n");
    }

    @Test
    void aRunThatTakesTooLongFailsWithItsErrors() {
        assertThatThrownBy(() -> shell("echo stuck >&2; exec sleep 600").run(SHORT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("still runs after", "stuck");
    }

    @Test
    void aProgramThatEndsBeforeItIsReadyFailsWithItsLog() {
        try (ExternalProcess process = shell("echo broken; exit 7").start("the program")) {
            assertThatThrownBy(() -> process.awaitReady(PATIENCE, () -> false))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("the program ended with exit code 7: broken\n");
        }
    }

    @Test
    void aProgramThatIsNotReadyInTimeIsKilledWithAllThatItStarted() {
        ExternalProcess process = shell("sleep 600 & echo $!; wait").start("the program");
        await().atMost(PATIENCE).until(() -> process.log().endsWith("\n"));
        long child = Long.parseLong(process.log().strip());

        assertThatThrownBy(() -> process.becomesReady(SHORT, () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the program is not ready after PT0.3S: " + child);

        assertThat(process.isAlive()).isFalse();
        await().atMost(PATIENCE)
                .until(() ->
                        ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void whatAProgramWroteBeforeItWasKilledCanBeRead() throws IOException {
        ExternalProcess process = shell("read line; printf 'got %s\\nmore\\n' $line; exec sleep 600")
                .startPiped("the program");
        process.input().write("this\n");
        process.input().flush();
        assertThat(process.output().readLine()).isEqualTo("got this");

        process.kill();

        assertThat(process.output().readLine()).isEqualTo("more");
        assertThat(process.output().readLine()).isNull();
    }

    @Test
    void aProgramEndsUponSigtermWithItsOwnExitCode() {
        try (ExternalProcess process = shell("trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done")
                .start("the program")) {
            process.awaitReady(PATIENCE, () -> process.log().contains("up"));

            assertThat(process.stop()).isEqualTo(5);
        }
    }

    private static Program shell(String commands) {
        return Program.of("sh", "-c", commands);
    }
}
