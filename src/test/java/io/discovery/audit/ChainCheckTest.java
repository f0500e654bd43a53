package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of a chain that a program has tampered with. */
class ChainCheckTest {

    private static final int LINES = 20;

    @TempDir
    private Path folder;

    private TestLog log;
    private List<String> lines = List.of();

    @BeforeEach
    void writeLines() throws IOException {
        log = new TestLog(folder);
        AuditFile file = log.open();
        TestLog.append(file, LINES);
        file.close();
        lines = new ArrayList<>(Files.readAllLines(log.path()));
    }

    @Test
    void eachChangedByteButThoseOfTheLastLineIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(log.path());
        int lastLine = whole.length - lines.get(LINES - 1).length() - 1;
        for (int at = 0; at < lastLine; at += 13) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(log.path(), changed);

            assertThat(log.check().fault()).as("byte %d", at).isNotNull();
        }
    }

    @Test
    void changedLineIsFoundByTheHashInTheNext() throws IOException {
        lines.set(6, lines.get(6).replace("\"ops\"", "\"eve\""));
        rewrite();

        ChainCheck.Fault fault = fault();
        assertThat(fault.file()).isEqualTo(log.path());
        assertThat(fault.line()).isEqualTo(8);
        assertThat(fault.expected()).startsWith("seq 8, prev ");
        assertThat(fault.found()).startsWith("seq 8, prev ");
        assertThat(hash(fault.expected())).isNotEqualTo(hash(fault.found()));
    }

    @Test
    void missingLineIsFound() throws IOException {
        lines.remove(6);
        rewrite();

        assertThat(fault().line()).isEqualTo(7);
        assertThat(fault().expected()).startsWith("seq 7,");
        assertThat(fault().found()).startsWith("seq 8,");
    }

    @Test
    void swappedLinesAreFound() throws IOException {
        Collections.swap(lines, 6, 7);
        rewrite();

        assertThat(fault().line()).isEqualTo(7);
    }

    @Test
    void insertedLineIsFound() throws IOException {
        lines.add(6, lines.get(6));
        rewrite();

        assertThat(fault().line()).isEqualTo(8);
    }

    @Test
    void linesOfAnotherChainAreFound() throws IOException {
        TestLog other = new TestLog(folder.resolve("other"));
        AuditFile file = other.open();
        TestLog.append(file, LINES + 1);
        Events.some(1).forEach(event -> TestLog.appendOne(file, event));
        file.close();
        lines.addAll(Files.readAllLines(other.path()).subList(LINES + 1, LINES + 2));
        rewrite();

        assertThat(fault().line()).isEqualTo(LINES + 1L);
    }

    @Test
    void numberOfTheLastLineCounts() throws IOException {
        lines.set(LINES - 1, lines.get(LINES - 1).replaceFirst("\"seq\": 20", "\"seq\": 21"));
        rewrite();

        assertThat(fault().line()).isEqualTo(LINES);
    }

    /** Only the last hash, kept elsewhere, tells that lines were cut off. */
    @Test
    void cutEndShowsInTheLastHash() throws IOException {
        ChainEnd before = log.check().end();
        lines.remove(LINES - 1);
        rewrite();

        ChainCheck.Outcome outcome = log.check();
        assertThat(outcome.fault()).isNull();
        assertThat(outcome.end().seq()).isEqualTo(LINES - 1L);
        assertThat(outcome.end().hash()).isNotEqualTo(before.hash());
    }

    @Test
    void halfALineIsNoWholeOne() throws IOException {
        byte[] whole = Files.readAllBytes(log.path());
        Files.write(log.path(), Arrays.copyOf(whole, whole.length - 1));

        ChainCheck.Outcome outcome = log.check();
        assertThat(outcome.fault()).isNull();
        assertThat(outcome.end().seq()).isEqualTo(LINES - 1L);
        assertThat(outcome.unendedBytes()).isEqualTo(lines.get(LINES - 1).length());
    }

    @Test
    void beginMayBeGoneButLineOneFollowsNothing() throws IOException {
        lines.subList(0, 5).clear();
        rewrite();
        assertThat(log.check().fault()).isNull();
        assertThat(log.check().firstSeq()).isEqualTo(6);

        lines.set(0, lines.get(0).replaceFirst("\"seq\": 6", "\"seq\": 1"));
        rewrite();
        assertThat(fault().line()).isEqualTo(1);
    }

    @Test
    void filesInAnyOrderAreOneChain() throws IOException {
        AuditFile file = log.open(500, new RotatedFiles.Keep(Duration.ofDays(30), 100));
        TestLog.append(file, 5);
        file.close();
        List<Path> files = new ArrayList<>(log.files());
        assertThat(files).hasSize(6);
        Collections.reverse(files);
        assertThat(TestLog.check(files).fault()).isNull();

        Path gone = files.remove(2);
        assertThat(Objects.requireNonNull(TestLog.check(files).fault()).file()).isNotEqualTo(gone);
    }

    @Test
    void lineWithoutEndIsNotKeptInMemory() throws IOException {
        byte[] mega = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(log.path(), StandardOpenOption.APPEND)) {
            for (int i = 0; i < 64; i++) {
                out.write(mega);
            }
        }

        assertThat(fault().line()).isEqualTo(LINES + 1L);
        assertThat(fault().expected()).isEqualTo("a line of at most 1048576 bytes");
    }

    @Test
    void emptyFilesAreAWholeChain() throws IOException {
        Files.writeString(log.path(), "");

        assertThat(log.check()).isEqualTo(new ChainCheck.Outcome(null, 0, ChainEnd.NONE, 0, 0));
    }

    private void rewrite() throws IOException {
        Files.write(log.path(), lines, StandardCharsets.US_ASCII);
    }

    private ChainCheck.Fault fault() {
        return Objects.requireNonNull(log.check().fault());
    }

    private static String hash(String text) {
        return text.replaceFirst(".*prev ([0-9a-f]{64}).*", "$1");
    }
}
