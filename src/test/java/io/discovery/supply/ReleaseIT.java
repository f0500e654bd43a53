package io.discovery.supply;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The files of a release, which {@code ./scripts/release} builds out of a clone, and those that this build has made. */
@Tag("long")
@Timeout(600)
class ReleaseIT {

    private static final Path TARGET = Path.of("target");
    private static final Path RELEASE = TARGET.resolve("release");
    private static final Duration PATIENCE = Duration.ofMinutes(9);

    @BeforeAll
    static void build() {
        Tools.require("mvn");
        Tools.require("git");
        if (!Files.exists(TARGET.resolve("discovery-sbom.json"))) {
            Tools.skip("a build with -o has no bill of materials, so no release is made of it");
        }
        String changed = Program.of("git", "status", "--porcelain", "pom.xml", ".mvn", "src/main", "scripts")
                .run(PATIENCE)
                .succeeded()
                .output();
        if (!changed.isEmpty()) {
            Tools.skip("a release has what is committed, and this is not, so both are not compared: " + changed);
        }
        Program.of("./scripts/release", "HEAD")
                // In another language and time zone than this build.
                .with(Map.of("IMAGE", "off", "LC_ALL", "C", "TZ", "Pacific/Auckland"))
                .run(PATIENCE)
                .succeeded();
    }

    @Test
    void twoBuildsOfOneCommitAreTheSameBytes() throws IOException {
        for (String file : List.of("discovery.jar", "discovery-cli.jar")) {
            assertThat(Files.mismatch(RELEASE.resolve(file), TARGET.resolve(file)))
                    .as("position of the first byte of %s in which two builds differ", file)
                    .isEqualTo(-1);
        }
    }

    @Test
    void itsFilesAreTheOnesOfTheChecksums() {
        Program check = Program.of("sh", "-c", "cd target/release && sha256sum --check --strict SHA256SUMS");

        assertThat(check.run(PATIENCE).succeeded().output())
                .contains(
                        "discovery.jar: OK",
                        "discovery-cli.jar: OK",
                        "discovery-backend-api.jar: OK",
                        "discovery-chart.tgz: OK",
                        "discovery.cdx.json: OK",
                        "THIRD-PARTY.txt: OK",
                        "LICENSE: OK",
                        "changes.md: OK");
    }

    @Test
    void itsBillOfMaterialsIsTheOneInTheProgram() throws IOException {
        try (ZipFile program = new ZipFile(RELEASE.resolve("discovery.jar").toFile())) {
            byte[] inside = program.getInputStream(program.getEntry("META-INF/sbom/discovery.cdx.json"))
                    .readAllBytes();

            assertThat(inside).isEqualTo(Files.readAllBytes(RELEASE.resolve("discovery.cdx.json")));
        }
    }

    @Test
    void itsChartIsTheOneOfTheSources() throws IOException {
        Program read = Program.of("tar", "-xOzf", "target/release/discovery-chart.tgz", "discovery/Chart.yaml");

        assertThat(read.run(PATIENCE).succeeded().output())
                .isEqualToIgnoringNewLines(Files.readString(Path.of("cluster-config/helm/discovery/Chart.yaml")));
    }

    @Test
    void itsLicencesNameWhatMavenDoesNotKnowToo() throws IOException {
        assertThat(Files.readString(RELEASE.resolve("THIRD-PARTY.txt")))
                .contains(
                        "hazelcast",
                        "(Apache-2.0) com.zaxxer/HikariCP@7.0.2, inside com.hazelcast:hazelcast\n",
                        "preact.js",
                        "Copyright (c) 2015-present Jason Miller",
                        "Copyright 2008 Google Inc.");
    }

    @Test
    void itsLauncherRunsTheCommandLineBesideIt() throws IOException {
        String printed = Program.of("target/release/discovery", "--version")
                .run(PATIENCE)
                .succeeded()
                .output();

        assertThat(Files.readAllLines(RELEASE.resolve("build.properties")))
                .contains(printed.strip().replace("discovery ", "version="));
    }
}
