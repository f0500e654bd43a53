package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Markdown;
import io.discovery.testing.Markdown.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The first page leads to all others, and claims no figure that none of them has. */
class ReadmeTest {

    /** A bold figure, and the page that the same item links to. */
    private static final Pattern MEASURED =
            Pattern.compile("\\*\\*(\\d[^*]*)\\*\\*(?:(?!\\n- |\\n\\n)[\\s\\S])*?]\\(([^)#]+)");

    @Test
    void itLinksToEveryPage() {
        List<Path> linked =
                Markdown.read("README.md").localLinks().stream().map(Link::file).toList();

        assertThat(linked)
                .containsAll(Markdown.pages().stream()
                        .filter(page -> !page.equals(Path.of("README.md")))
                        .toList());
    }

    @Test
    void everyMeasuredFigureStandsOnThePageThatItLinksTo() throws IOException {
        List<MatchResult> figures = MEASURED.matcher(Files.readString(Path.of("README.md")))
                .results()
                .toList();

        assertThat(figures).hasSize(6);
        for (MatchResult figure : figures) {
            assertThat(Path.of(figure.group(2))).content().contains(figure.group(1));
        }
    }
}
