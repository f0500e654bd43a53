package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.HelpText;
import io.discovery.config.Setting;
import io.discovery.process.ProgramVersion;
import io.discovery.testing.Markdown;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of src/docs/settings.md, the list of settings and the help of the program. */
class SettingsDocTest {

    private final Markdown page = Markdown.read("src/docs/settings.md");

    @Test
    void theSettingsTableIsTheListOfSettings() {
        List<List<String>> settings = Stream.of(Setting.values())
                .map(setting -> List.of(setting.name(), setting.fallback(), setting.meaning()))
                .toList();

        assertThat(page.rowsUnder("name", "default", "meaning")).isEqualTo(settings);
    }

    @Test
    void helpHasTheSameSettings() {
        assertThat(HelpText.of(ProgramVersion.version()).lines())
                .containsAll(page.rowsUnder("name", "default", "meaning").stream()
                        .map(row -> String.format(
                                "  %-29s  %s%s",
                                row.get(0), row.get(2), row.get(1).isEmpty() ? "" : " [" + row.get(1) + "]"))
                        .toList());
    }
}
