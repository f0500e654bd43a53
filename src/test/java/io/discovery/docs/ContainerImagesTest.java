package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that cannot be pulled, in an engine of the scripts' own and in one that others use. */
class ContainerImagesTest {

    @TempDir
    Path folder;

    @BeforeEach
    void aDockerThatReachesNoRegistry() throws IOException {
        script("bin/docker", "[[ $1 != pull ]] || echo no such host >&2; exit 1");
        script("scripts/stand-in-images", "echo made $*");
    }

    @Test
    void aScriptThatAnotherCalledReplacesThemInTheEngineOfThatOne() {
        ProgramRun run = findImages(Map.of("DOCKER_HOST", "unix://" + folder + "/socket"));

        assertThat(run.output()).startsWith("made maven:3");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void anEngineThatOthersUseGetsNoStandIns() {
        ProgramRun run = findImages(Map.of("DOCKER_HOST", "unix:///var/run/docker.sock"));

        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).isEqualTo("no such host\nmaven:3 cannot be pulled: see above.\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    private ProgramRun findImages(Map<String, String> environment) {
        return Program.of("bash", "-c", "source scripts/containers.bash && root=$CONTAINERS && find_images maven:3")
                .with(Map.of("CONTAINERS", folder.toString(), "PATH", folder + "/bin:" + System.getenv("PATH")))
                .with(environment)
                .run(Duration.ofSeconds(30));
    }

    private void script(String name, String body) throws IOException {
        Path script = folder.resolve(name);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/usr/bin/env bash\n" + body + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }
}
