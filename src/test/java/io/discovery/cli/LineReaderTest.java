package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    private static LineReader of(String text) {
        return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void linesEndAtLineEndsAndAtTheEnd() throws IOException {
        LineReader lines = of("a\n\n\u00fc");

        assertThat(lines.next()).isEqualTo("a");
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).isEqualTo("\u00fc");
        assertThat(lines.number()).isEqualTo(3);
        assertThat(lines.next()).isNull();
    }

    @Test
    void theLineAfterOneThatIsTooLongIsRead() throws IOException {
        LineReader lines = of("x".repeat(LineReader.LONGEST + 10) + "\na");

        assertThatThrownBy(lines::next).isInstanceOf(LineReader.UnusableLine.class);
        assertThat(lines.next()).isEqualTo("a");
        assertThat(lines.number()).isEqualTo(2);
    }

    @Test
    void aLineThatIsNotUtf8IsRefusedAndTheNextIsRead() throws IOException {
        LineReader lines = new LineReader(new ByteArrayInputStream(new byte[] {'a', (byte) 0xff, '\n', 'b'}));

        assertThatThrownBy(lines::next).hasMessage("it is not UTF-8");
        assertThat(lines.next()).isEqualTo("b");
    }

    @Test
    void theMarkOfByteOrderIsNoPartOfTheFirstLine() throws IOException {
        LineReader lines = of("\ufeffa\n\ufeffb");

        assertThat(lines.next()).isEqualTo("a");
        assertThat(lines.next()).isEqualTo("\ufeffb");
        assertThat(of("\ufeff").next()).isNull();
    }

    @Test
    void aLineThatNoHostCanHaveIsRefused() throws IOException {
        assertThat(of("x".repeat(LineReader.LONGEST)).next()).hasSize(LineReader.LONGEST);
        assertThatThrownBy(() -> of("x".repeat(LineReader.LONGEST + 1)).next()).hasMessageContaining("it has more");
    }
}
