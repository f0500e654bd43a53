package io.discovery.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Whatever comes in, no answer is a 5xx, no connection hangs, and nothing changes. Another seed, for other nonsense,
 * comes from the system property {@code fuzz.seed}.
 */
@Execution(ExecutionMode.CONCURRENT)
class FuzzTest {

    private static final long SEED = Long.getLong("fuzz.seed", 20_261_124);
    private static final int ROUNDS = 1_200;
    private static final int HALF_OPEN = 50;
    private static final Pattern STATUS = Pattern.compile("HTTP/[0-9]\\.[0-9] ([0-9]{3}) ");

    private final Nonsense nonsense = new Nonsense(SEED);

    @AutoClose
    private final TestMember member = TestMember.start(Map.of());

    private final String before = register();

    /** Registers what no request of these tests may change, and returns it. */
    private String register() {
        TestClient client = member.client();
        client.register(Nonsense.PROTECTED, Map.of("service_repo_name", "protected-repo"));
        client.register(Nonsense.PROTECTED, "127.0.0.2");
        client.post("/v1/loadbalancing/protected/127.0.0.2", Map.of("load_balancing_weight", "5"));
        return content();
    }

    @Test
    void everyWellFramedRequestIsAnsweredAndNoneIsAFaultOfTheMember() {
        answerAll(nonsense::wellFramed);

        assertUnharmed();
    }

    @Test
    void everyWrongRequestIsRefusedAndChangesNothing() {
        answerAll(nonsense::refused);

        assertUnharmed();
    }

    private void answerAll(Supplier<byte[]> requests) {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] request = requests.get();
            RawHttp.Answer answer = RawHttp.exchange(member.port(), request);
            assertThat(answer.code()).as(() -> describe(request)).isBetween(200, 499);
        }
    }

    @Test
    void everyBrokenRequestEndsAndNoneIsAFaultOfTheMember() throws IOException {
        List<Socket> halfOpen = new ArrayList<>();
        for (int i = 0; i < HALF_OPEN; i++) {
            Socket socket = RawHttp.connect(member.port());
            socket.getOutputStream()
                    .write("POST /v1/registration/protected HTTP/1.1\r\nContent-Le".getBytes(ISO_8859_1));
            halfOpen.add(socket);
        }

        for (int round = 0; round < ROUNDS; round++) {
            byte[] request = nonsense.broken();
            for (MatchResult status : STATUS.matcher(all(request)).results().toList()) {
                // Vert.x's word for a version of HTTP that it does not speak.
                int accepted = status.group(1).equals("501") && !isHttp1(request) ? 501 : 499;
                assertThat(Integer.parseInt(status.group(1)))
                        .as(() -> describe(request))
                        .isBetween(100, accepted);
            }
        }

        assertUnharmed();
        for (Socket socket : halfOpen) {
            socket.close();
        }
    }

    /** Everything that comes until the member ends the connection, once this side has said all it has to say. */
    private String all(byte[] request) throws IOException {
        try (Socket socket = RawHttp.connect(member.port())) {
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            } catch (SocketException closedByTheMember) {
                return "";
            }
        }
    }

    private static boolean isHttp1(byte[] request) {
        String line = new String(request, ISO_8859_1).lines().findFirst().orElse("");
        return line.endsWith(" HTTP/1.1") || line.endsWith(" HTTP/1.0");
    }

    private void assertUnharmed() {
        assertThat(content()).as("seed " + SEED).isEqualTo(before);
        assertThat(member.client().get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(member.client().metersOfFaults()).isEmpty();
        member.client().register("after", "127.0.0.1");
        assertThat(member.client().get("/v1/registration/after").body()).contains("127.0.0.1");
    }

    private String content() {
        TestClient client = member.client();
        return (client.get("/v1/registration/" + Nonsense.PROTECTED).body()
                        + client.get("/v1/registration/repo/protected-repo").body())
                .replaceAll("\"last_check_in\": \"[^\"]*\"", "");
    }

    private static String describe(byte[] request) {
        String text = new String(request, ISO_8859_1);
        return "seed " + SEED + ": " + (text.length() <= 2_000 ? text : text.substring(0, 2_000) + "...");
    }
}
