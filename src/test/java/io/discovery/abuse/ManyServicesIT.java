package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A member that gets hosts, each of a service of its own, until it refuses them; then clients read all lists. */
@Tag("long")
@Tag("attacks")
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class ManyServicesIT {

    private static final int HEAP_MB = 192;
    private static final int AT_ONCE = 250;
    /** The number of hosts, more than fit. */
    private static final int MOST = 200_000;

    @Test
    void listsThatWereReadMakeRoomForOthers() throws IOException {
        try (MemberProcess member = start()) {
            int taken = fill(member.client(), number -> "s" + number, number -> "r" + number);
            assertThat(taken).isLessThan(MOST);
            assertThat(member.client().metric("discovery_registrations_bytes"))
                    .as("services and repos count")
                    .isGreaterThan(0.9 * HEAP_MB * 1048576 / 2);

            assertThat(member.client().get("/v1/prometheus/targets").statusCode())
                    .isEqualTo(200);
            read(member, "/v1/registration/s", taken);
            read(member, "/v1/registration/repo/r", taken);

            assertThat(member.client().metric("discovery_renderings_bytes"))
                    .isBetween(100_000.0, HEAP_MB * 1048576 / 8.0);
            assertThat(member.client().get("/v1/services").statusCode()).isEqualTo(200);
        }
    }

    /** The answer of all names is nearly half of the heap in JSON. */
    @Test
    void theListOfAllServicesIsRefusedIfItHasNoRoom() {
        try (MemberProcess member = start()) {
            String end = "\u00e9".repeat(1_000);
            assertThat(fill(member.client(), number -> number + end, number -> ""))
                    .isLessThan(MOST);

            for (int time = 0; time < 5; time++) {
                var refused = member.client().get("/v1/services");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("the list of all services takes more than");
            }
            assertThat(member.client().get("/metrics").statusCode()).isEqualTo(200);
        }
    }

    private static MemberProcess start() {
        return MemberProcess.start(Map.of("HOST_TTL", "3600"), "-Xmx" + HEAP_MB + "m");
    }

    /**
     * Registers hosts until there is no room for more and returns their number. A host whose registration took too long
     * is sent again.
     */
    private static int fill(TestClient client, IntFunction<String> service, IntFunction<String> repo) {
        for (int sent = 0; sent < MOST; ) {
            String hosts = IntStream.range(sent, sent + AT_ONCE)
                    .mapToObj(number -> host(number, service.apply(number), repo.apply(number)))
                    .collect(Collectors.joining(",", "[", "]"));
            var answer = client.post("/v1/registrations", "application/json", hosts);
            if (answer.body().contains("nothing was changed. New hosts are not taken")) {
                return sent;
            }
            sent += answer.statusCode() == 200 ? AT_ONCE : 0;
        }
        return MOST;
    }

    private static String host(int number, String service, String repo) {
        return ("{\"service\": \"%s\", \"ip\": \"127.%d.%d.%d\", \"port\": 80, \"revision\": \"1\","
                        + " \"service_repo_name\": \"%s\","
                        + " \"tags\": {\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\"}}")
                .formatted(service, number >> 16, number >> 8 & 255, number & 255, repo);
    }

    /** Reads all services on one connection and does not wait for an answer before the next request. */
    private static void read(MemberProcess member, String path, int lists) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), member.port())) {
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (int from = 0; from < lists; from += AT_ONCE) {
                String questions = IntStream.range(from, from + AT_ONCE)
                        .mapToObj(number -> "HEAD " + path + number + " HTTP/1.1\r\nhost: a\r\n\r\n")
                        .collect(Collectors.joining());
                socket.getOutputStream().write(questions.getBytes(StandardCharsets.US_ASCII));
                for (int number = 0; number < AT_ONCE; number++) {
                    List<String> head = head(answers);
                    assertThat(head).first().asString().contains(" 200 ");
                }
            }
        }
    }

    private static List<String> head(BufferedReader answers) throws IOException {
        return answers.lines().takeWhile(line -> !line.isEmpty()).toList();
    }
}
