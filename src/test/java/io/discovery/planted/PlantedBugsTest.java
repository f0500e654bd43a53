package io.discovery.planted;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Markdown;
import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The planted bugs as {@code ./scripts/check-checker} takes them: each can be planted, and tells what finds it. */
class PlantedBugsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ROUNDS = "check-faults";

    static Stream<PlantedBug> bugs() {
        return PlantedBug.all().stream();
    }

    @Test
    void thereAreMany() {
        assertThat(PlantedBug.all()).hasSizeGreaterThanOrEqualTo(16);
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void patchAppliesToThePresentProgram(PlantedBug bug) {
        if (!Files.exists(Path.of(".git"))) {
            Tools.skip("this is no checkout of git, no planted bug is applied to it");
        }
        String git = Tools.require("git").toString();

        Program.of(List.of(git, "apply", "--check", bug.patch().toString()))
                .run(PATIENCE)
                .succeeded();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void patchChangesTheProgramAlone(PlantedBug bug) {
        assertThat(bug.changed()).isNotEmpty().allMatch(file -> file.startsWith("src/main/java/"));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void headTellsTheBugAndItsEffectInTwoSentences(PlantedBug bug) {
        assertThat(bug.description().split("\\. ")).hasSize(2);
        assertThat(bug.description()).endsWith(".");
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void headNamesWhatFindsTheBug(PlantedBug bug) {
        assertThat(bug.values("Breaks")).hasSize(1);
        assertThat(bug.values("Needs")).hasSize(1);
        assertThat(bug.values("Check")).hasSize(1);
    }

    /** Rounds of faults tell which promise was broken; the log of another script has to hold what the bug shows. */
    @ParameterizedTest
    @MethodSource("bugs")
    void headHasWhatAScriptPrintsThatFindsTheBug(PlantedBug bug) {
        assertThat(bug.values("Shows")).hasSize(bug.check().get(0).equals(ROUNDS) ? 0 : 1);
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void checkIsAScriptOrRoundsOfFaults(PlantedBug bug) {
        List<String> check = bug.check();

        assertThat(Path.of("scripts", check.get(0))).isExecutable();
        if (check.get(0).equals(ROUNDS)) {
            assertThat(check.get(1)).matches("mixed|frozen|cut-off|split|[A-Z_,+]+/(MEMORY|FILE|TABLE)|seed=1,.+");
            assertThat(check.subList(2, check.size())).isNotEmpty().allMatch(seed -> seed.matches("[1-9][0-9]*"));
        }
    }

    @Test
    void pageHasARowForEachBug() {
        assertThat(Markdown.read("src/docs/reliability.md").rowsUnder("planted bug"))
                .extracting(row -> row.get(0))
                .containsExactlyInAnyOrderElementsOf(
                        bugs().map(PlantedBug::name).toList());
    }
}
