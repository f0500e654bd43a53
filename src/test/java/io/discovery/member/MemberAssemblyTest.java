package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.directory.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The steps of a stop. */
class MemberAssemblyTest {

    private final MemberAssembly assembly =
            new MemberAssembly(Settings.from(Map.of("BACKEND_STORAGE", "InMemory"), BackendNames.of("InMemory")));

    private final List<String> steps = new ArrayList<>();

    /** A class is missing, for example, when the jar has been replaced under a member that runs. */
    @Test
    void aStepThatFailsDoesNotKeepTheOthersFromRunning() {
        assembly.onStop(() -> steps.add("first"));
        assembly.onStop(() -> {
            throw new NoClassDefFoundError("io/discovery/Gone");
        });
        assembly.onStop(() -> {
            throw new IllegalStateException("no luck");
        });
        assembly.onStop(() -> steps.add("last"));

        assertThat(assembly.end()).isFalse();

        assertThat(steps).containsExactly("last", "first");
        assertThat(assembly.readiness().phase()).isEqualTo(Readiness.Phase.STOPPED);
    }
}
