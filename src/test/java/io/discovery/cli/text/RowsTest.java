package io.discovery.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Rows rows(Rows.Format format, boolean coloured) {
        return Rows.to(new Output(bytes), format, coloured, List.of("NAME", "N"));
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void add(Rows rows, String name, int number) {
        rows.add(JsonObject.of("name", name, "n", JsonNumber.of(number)), Cell.of(name), Cell.of(number));
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Rows rows = rows(Rows.Format.table, false);
        add(rows, "a", 1);
        add(rows, "longer", 2);
        rows.end();

        assertThat(written()).isEqualTo("NAME    N\na       1\nlonger  2\n");
    }

    @Test
    void rowsAfterTheFirstThousandAreWrittenAsTheyCome() {
        Rows rows = rows(Rows.Format.table, false);
        for (int i = 0; i < 3_000; i++) {
            add(rows, "a-name-of-some-length-that-fills-the-buffer-sooner", i);
        }

        assertThat(written().lines().count()).isGreaterThan(1_000);
    }

    @Test
    void programsGetAnArrayOrALineForEach() {
        Rows array = rows(Rows.Format.json, false);
        add(array, "a", 1);
        add(array, "\u001b", 2);
        array.end();
        assertThat(written()).isEqualTo("[{\"name\": \"a\", \"n\": 1},\n {\"name\": \"\\u001B\", \"n\": 2}]\n");

        bytes.reset();
        Rows lines = rows(Rows.Format.jsonl, false);
        add(lines, "a", 1);
        add(lines, "b", 2);
        lines.end();
        assertThat(written()).isEqualTo("{\"name\": \"a\", \"n\": 1}\n{\"name\": \"b\", \"n\": 2}\n");

        bytes.reset();
        rows(Rows.Format.json, false).end();
        assertThat(written()).isEqualTo("[]\n");
    }

    @Test
    void coloursSayWhatIsGoodOrBadOnATerminalAlone() {
        for (boolean terminal : List.of(true, false)) {
            bytes.reset();
            Rows rows = rows(Rows.Format.table, terminal);
            rows.add(JsonObject.EMPTY, Cell.of("down", false), Cell.of(1));
            rows.end();

            assertThat(written().contains("\u001b[31mdown\u001b[0m")).isEqualTo(terminal);
        }
    }

    @Test
    void aReaderThatIsGoneIsNoFailureButAFullDiskIs() {
        assertThatThrownBy(() -> broken("Broken pipe").flush()).isInstanceOf(Output.ReaderGone.class);
        assertThatThrownBy(() -> broken("No space left on device").flush())
                .isInstanceOf(Failure.class)
                .hasMessageContaining("No space left");
    }

    private static Output broken(String why) {
        Output output = new Output(new OutputStream() {
            @Override
            public void write(int each) throws IOException {
                throw new IOException(why);
            }
        });
        output.write("x");
        return output;
    }
}
