package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Markdown;
import io.discovery.testing.Markdown.Link;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the pages, and from the code and the files for other programs to a page. */
class LinksDocTest {

    private static final Pattern PAGE = Pattern.compile("src/docs/[\\w-]+\\.md");

    @Test
    void everyLinkLeadsToAFileAndToAHeadingOfIt() {
        List<Link> links = Markdown.pages().stream()
                .flatMap(page -> Markdown.read(page).localLinks().stream())
                .toList();

        assertThat(links)
                .contains(new Link(Path.of("LICENSE"), ""), new Link(Path.of("src/docs/dns.md"), "names"))
                .allMatch(link -> Files.exists(link.file()))
                .filteredOn(link -> !link.anchor().isEmpty())
                .allMatch(link -> Markdown.read(link.file()).anchors().contains(link.anchor()));
    }

    @Test
    void everyPageThatAFileOfTheProjectNamesIsThere() throws IOException {
        for (Path folder : List.of(Path.of("src"), Path.of("scripts"), Path.of("cluster-config"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                assertThat(files.filter(Files::isRegularFile).flatMap(LinksDocTest::pagesNamedIn))
                        .allMatch(Files::isRegularFile);
            }
        }
        assertThat(pagesNamedIn(Path.of("cluster-config/prometheus.yml")))
                .containsExactly(Path.of("src/docs/prometheus.md"));
    }

    @Test
    void headingsHaveTheAnchorsOfGitHub() {
        assertThat(Markdown.read("src/docs/reliability.md").anchors())
                .contains("reliability-what-was-injected-what-was-checked-what-was-found", "how");
        assertThat(Markdown.read("src/docs/envoy.md").anchors()).contains("from-nothing-to-a-request");
    }

    private static Stream<Path> pagesNamedIn(Path file) {
        try {
            // Any bytes are text so, those of a picture too.
            return PAGE.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                    .results()
                    .map(named -> Path.of(named.group()));
        } catch (IOException unreadable) {
            throw new IllegalStateException(file.toString(), unreadable);
        }
    }
}
