package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules for sentences: their subject is a concrete thing. A package of the program or a page that follows the rules is
 * added to the lists here; all tests follow them.
 */
class PlainEnglishTest {

    private static final Path SOURCES = Path.of("src/main/java/io/discovery");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Path PAGES = Path.of("src/docs");

    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    /** A heading, the first line of a paragraph, or a list item, without markup. */
    private static final Pattern OPENING = Pattern.compile("(?m)(?:\\A|\\n\\n|^#+ |^- |^\\d+\\. )[*# -]*([^\\n|]+)");

    private static final String BANNED_OPENING = "(?:Of|What|Who|Whom|Whoever|That|So|The same|Whether)\\b";
    private static final Pattern BANNED_IN_JAVADOC = Pattern.compile(
            "(?s)\\A" + BANNED_OPENING + ".*" + "|(?i).*\\b(?:nobody|somebody|whoever|who wants|what is no)\\b.*");
    private static final Pattern BANNED_ON_PAGES = Pattern.compile(BANNED_OPENING + ".*");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "audit",
                "auth",
                "backend",
                "cli",
                "cluster",
                "config",
                "connections",
                "console",
                "directory",
                "dns",
                "durability",
                "http",
                "json",
                "member",
                "memory",
                "model",
                "process",
                "prometheus",
                "reconciliation",
                "registry",
                "report",
                "store",
                "subscription",
                "telemetry",
                "tracing",
                "v1",
                "watch",
                "xds"
            })
    void javadocNamesItsSubject(String done) throws IOException {
        assertNamesItsSubject(SOURCES.resolve(done));
    }

    @Test
    void javadocOfTestsNamesItsSubject() throws IOException {
        assertNamesItsSubject(TESTS);
    }

    private static void assertNamesItsSubject(Path folder) throws IOException {
        List<String> all = javadocOf(folder);

        assertThat(all).isNotEmpty();
        assertThat(all)
                .filteredOn(text -> BANNED_IN_JAVADOC.matcher(text).matches())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "architecture",
                "audit",
                "cli",
                "compatibility",
                "console",
                "disasters",
                "dns",
                "envoy",
                "grpc",
                "kubernetes",
                "limits",
                "metrics",
                "migration",
                "performance",
                "plugins",
                "prometheus",
                "reliability",
                "tracing",
                "watch"
            })
    void headingsAndParagraphsNameTheirSubject(String done) throws IOException {
        String page = Files.readString(PAGES.resolve(done + ".md"));
        String text = FENCED.matcher(page).replaceAll("");

        assertThat(OPENING.matcher(text).results().map(opening -> opening.group(1)))
                .hasSizeGreaterThan(5)
                .noneMatch(opening -> BANNED_ON_PAGES.matcher(opening).matches());
    }

    /** Returns the text of each Javadoc comment below a folder, on one line. */
    private static List<String> javadocOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> JAVADOC.matcher(read(file)).results())
                    .map(PlainEnglishTest::text)
                    .toList();
        }
    }

    private static String text(MatchResult javadoc) {
        return javadoc.group(1).replaceAll("\\s*\\n\\s*\\*?\\s*", " ").strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
