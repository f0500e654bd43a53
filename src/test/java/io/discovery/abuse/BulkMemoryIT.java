package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small member that gets bulk requests of 4 MB, several at once, whose trees would not fit its heap. */
@Timeout(120)
class BulkMemoryIT {

    private static final int AT_ONCE = 2;
    private static final String NESTED = "[".repeat(97) + "]".repeat(97);

    @Test
    void deepArraysOfFourMegabytesAreRefused() {
        assertAnswered("[[" + (NESTED + ",").repeat(21_000) + "0]]", 400);
    }

    /** Each of a thousand elements has the largest size. */
    @Test
    void aThousandDeepElementsAreRefusedOneByOne() {
        String element = "[" + (NESTED + ",").repeat(20) + "0]";

        assertAnswered("[" + (element + ",").repeat(999) + element + "]", 207);
    }

    private static void assertAnswered(String body, int status) {
        try (MemberProcess member = MemberProcess.start(Map.of(), "-Xmx160m", "-XX:+ExitOnOutOfMemoryError")) {
            TestClient client = member.client();
            for (int round = 0; round < 3; round++) {
                List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, AT_ONCE)
                        .mapToObj(n -> CompletableFuture.supplyAsync(
                                () -> client.post("/v1/registrations", "application/json", body)))
                        .toList();
                assertThat(answers)
                        .allSatisfy(
                                answer -> assertThat(answer.join().statusCode()).isEqualTo(status));
            }
            assertThat(client.get("/v1/services").statusCode()).isEqualTo(200);
        }
    }
}
