package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The transcripts of src/test/resources/wire, played against one member and compared byte for byte, and with the description of
 * the API.
 */
class GoldenWireTest {

    private static final Path TRANSCRIPTS = Path.of("src/test/resources/wire");
    private static final String SOURCE = "(?s)# (seed|ours, deliberately|RFC [0-9]+): .+";

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    static List<Transcript> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(TRANSCRIPTS)) {
            return files.filter(file -> file.toString().endsWith(".http"))
                    .sorted()
                    .map(Transcript::of)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void everyAnswerIsAsWritten(Transcript transcript) {
        for (Transcript.Exchange exchange : transcript.exchanges()) {
            RawHttp.Answer answer = RawHttp.exchange(MEMBER.port(), exchange.bytes());

            assertThat(exchange.show(answer))
                    .as("%s, %s\n%s\n", transcript, exchange.title(), exchange.request())
                    .isEqualTo(exchange.expected());
            exchange.check(answer);
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void everyTranscriptNamesItsSource(Transcript transcript) {
        assertThat(transcript.notes()).matches(SOURCE);
        assertThat(transcript.exchanges()).isNotEmpty();
    }
}
