package io.discovery.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the console as they lie in the sources. */
class ConsoleFilesTest {

    private static final Path FOLDER = Path.of("src/main/resources/ui");
    private static final Path VENDOR = FOLDER.resolve("vendor");
    /** A file of others, its package, version, path there and licence, and its checksum. */
    private static final Pattern VENDORED =
            Pattern.compile("(?m)^(\\S+\\.js) +(\\S+) +([0-9.]+) +(\\S+) +(MIT|Apache-2\\.0) +([0-9a-f]{64})$");

    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*?\"([^\"]+)\";$");

    private static final int MOST_BYTES_IN_GZIP = 60_000;

    @Test
    void eachFileIsServed() throws IOException {
        assertThat(ConsoleFiles.NAMES).containsExactlyInAnyOrderElementsOf(filesIn(FOLDER));
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.endsWith(".txt"))
                    .toList();
        }
    }

    @Test
    void filesOfOthersAreThoseThatTheListNames() throws Exception {
        String list = Files.readString(VENDOR.resolve("vendored.txt"));
        List<MatchResult> lines = VENDORED.matcher(list).results().toList();

        assertThat(lines.stream().map(line -> line.group(1))).containsExactlyInAnyOrderElementsOf(filesIn(VENDOR));
        for (MatchResult line : lines) {
            byte[] content = Files.readAllBytes(VENDOR.resolve(line.group(1)));
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
            assertThat(HexFormat.of().formatHex(sum)).as(line.group(1)).isEqualTo(line.group(6));
        }
    }

    @Test
    void allOfItTogetherIsSmall() {
        int bytes = ConsoleFiles.read().values().stream()
                .mapToInt(file -> file.gzip().body().length())
                .sum();

        assertThat(bytes).isLessThan(MOST_BYTES_IN_GZIP);
    }

    /** The policy would keep a browser from running them. */
    @Test
    void thePageHasNothingInline() throws IOException {
        assertThat(Files.readString(FOLDER.resolve(ConsoleFiles.PAGE)))
                .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|javascript:|<script(?![^>]*src=)|https?://");
    }

    @Test
    void noModuleMakesMarkupOfText() throws IOException {
        for (String name : filesIn(FOLDER)) {
            if (name.endsWith(".js") && !name.startsWith("vendor/")) {
                String module = Files.readString(FOLDER.resolve(name));
                assertThat(module)
                        .as(name)
                        .doesNotContainPattern(
                                "innerHTML|outerHTML|insertAdjacent|document\\.write|eval\\(|new Function");
                assertThat(IMPORT.matcher(module).results().map(found -> found.group(1)))
                        .as(name)
                        .allMatch(imported ->
                                Files.exists(FOLDER.resolve(imported).normalize()));
            }
        }
    }
}
