package io.discovery.supply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.Tools;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The libraries in the program, as its bill of materials lists them. */
class LibrariesIT {

    private static final Path BILL = Path.of("target", "discovery-sbom.json");
    private static final Path PINNED = Path.of("src", "test", "resources", "libraries.sha256");
    private static final Path BUILT = Path.of("target", "libraries.sha256");
    private static final Path VENDORED_FILES = Path.of("src", "main", "resources", "ui", "vendor", "vendored.txt");
    /** A line of that list: file, package, version, file in the package, licence, checksum. */
    private static final Pattern VENDORED = Pattern.compile("(?m)^\\S+ +(\\S+) +(\\S+) +\\S+ +(\\S+) +([0-9a-f]{64})$");

    /** The property of a library that is inside another. */
    private static final String INSIDE = "discovery:inside";

    private static final Pattern MAVEN_FILE = Pattern.compile("META-INF/maven/.+/pom\\.properties");

    private static final String IN_THE_PROGRAM = "META-INF/sbom/discovery.cdx.json";

    /** Licences by which the program may be given on; a library needs one of them. */
    private static final Set<String> ALLOWED = Set.of(
            "Apache-2.0",
            "MIT",
            "MIT-0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "EPL-1.0",
            "EPL-2.0",
            "CC0-1.0",
            "Public Domain");

    /** The plug-in that lists them runs in no build without a network. */
    @BeforeAll
    static void require() {
        if (!Files.exists(BILL)) {
            Tools.skip(BILL + " is not there, a build with -o makes none; no checksum of a library is compared");
        }
    }

    /** The build takes a library from a repository or a cache; here it is compared with the one that was looked at. */
    @Test
    void eachLibraryIsTheOneThatIsPinned() throws IOException {
        Map<String, String> built = new TreeMap<>();
        for (JsonNode library : libraries()) {
            // One that is inside another has the checksum of that.
            if (library.path("properties").findValuesAsText("name").stream().noneMatch(INSIDE::equals)) {
                built.put(name(library), sha256(library));
            }
        }
        List<String> lines = built.entrySet().stream()
                .map(entry -> entry.getValue() + "  " + entry.getKey())
                .toList();
        Files.write(BUILT, lines);

        assertThat(lines)
                .as("if you have changed a version, look at what has come, and copy %s to %s", BUILT, PINNED)
                .isEqualTo(Files.readAllLines(PINNED));
    }

    @Test
    void eachLibraryHasALicenceThatAllowsThis() throws IOException {
        for (JsonNode library : libraries()) {
            Set<String> licences = new TreeSet<>();
            for (JsonNode entry : library.path("licenses")) {
                JsonNode licence = entry.path("license");
                licences.add(licence.path("id").asText(licence.path("name").asText()));
            }
            assertThat(licences).as(name(library)).containsAnyElementsOf(ALLOWED);
        }
    }

    @Test
    void theProgramHasItsBillOfMaterials() throws IOException {
        try (ZipFile program = new ZipFile("target/discovery.jar")) {
            JsonNode bill = new ObjectMapper().readTree(program.getInputStream(program.getEntry(IN_THE_PROGRAM)));

            assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
            assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("discovery");
        }
    }

    private static List<JsonNode> libraries() throws IOException {
        JsonNode bill = new ObjectMapper().readTree(BILL.toFile());
        List<JsonNode> libraries = StreamSupport.stream(bill.path("components").spliterator(), false)
                .toList();
        assertThat(libraries).isNotEmpty();
        return libraries;
    }

    /** The console's files of others are in the program too, and none of Maven's dependencies. */
    @Test
    void eachVendoredFileIsInTheBill() throws IOException {
        List<String> listed = VENDORED.matcher(Files.readString(VENDORED_FILES))
                .results()
                .map(line -> String.join(" ", line.group(1), line.group(2), line.group(3), line.group(4)))
                .toList();

        assertThat(libraries().stream()
                        .filter(library -> library.path("purl").asText().startsWith("pkg:npm/"))
                        .map(library -> String.join(
                                " ",
                                library.path("name").asText(),
                                library.path("version").asText(),
                                library.at("/licenses/0/license/id").asText(),
                                sha256(library))))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(listed);
    }

    /** Some libraries have others inside, under other names, whose Maven files tell. */
    @Test
    void eachLibraryInsideALibraryIsInTheBill() throws IOException {
        Set<String> listed = libraries().stream().map(LibrariesIT::name).collect(Collectors.toSet());
        Set<String> files = libraries().stream()
                .map(library -> library.path("name").asText() + "-"
                        + library.path("version").asText() + ".jar")
                .collect(Collectors.toSet());
        Set<String> found = new TreeSet<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path file = Path.of(entry);
            if (files.contains(file.getFileName().toString())) {
                found.addAll(mavenNames(file));
            }
        }

        assertThat(found).hasSizeGreaterThan(50).isSubsetOf(listed);
    }

    private static Set<String> mavenNames(Path file) throws IOException {
        Set<String> names = new TreeSet<>();
        try (ZipFile library = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(library.entries())) {
                if (MAVEN_FILE.matcher(entry.getName()).matches()) {
                    Properties maven = new Properties();
                    maven.load(library.getInputStream(entry));
                    names.add(String.join(
                            ":",
                            maven.getProperty("groupId"),
                            maven.getProperty("artifactId"),
                            maven.getProperty("version")));
                }
            }
        }
        return names;
    }

    private static String name(JsonNode library) {
        return Stream.of("group", "name", "version")
                .map(part -> library.path(part).asText())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(":"));
    }

    private static String sha256(JsonNode library) {
        for (JsonNode hash : library.path("hashes")) {
            if (hash.path("alg").asText().equals("SHA-256")) {
                return hash.path("content").asText();
            }
        }
        throw new AssertionError("no SHA-256 of " + name(library));
    }
}
