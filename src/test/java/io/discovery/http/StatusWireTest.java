package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The status that the seed lacks: all services, the cluster, the meters. */
class StatusWireTest {

    @AutoClose
    private final TestMember member = TestMember.start(Map.of());

    private final TestClient client = member.client();

    @Test
    void servicesAreListedByNameWithTheNumberOfTheirHosts() {
        assertThat(client.get("/v1/services").body()).isEqualTo("{\"services\": []}\n");
        client.register("b", "127.0.0.1");
        client.register("a", "127.0.0.1");
        client.register("a", "127.0.0.2");
        client.register("c", "127.0.0.1");

        client.delete("/v1/registration/c/127.0.0.1");

        assertThat(client.get("/v1/services").body())
                .isEqualTo(
                        "{\"services\": [{\"service\": \"a\", \"hosts\": 2}, {\"service\": \"b\", \"hosts\": 1}]}\n");
    }

    /** However often it is asked, and however little time there is between. */
    @Test
    void allServicesShowWhatHasBeenAcknowledged() {
        for (int i = 1; i <= 5; i++) {
            client.register("a", "127.0.0." + i);
            assertThat(client.get("/v1/services").body())
                    .isEqualTo("{\"services\": [{\"service\": \"a\", \"hosts\": " + i + "}]}\n");
        }
    }

    @Test
    void theClusterIsListedWithTheMemberThatAnswersMarked() throws JsonProcessingException {
        // The map has yet to be compared once.
        await().until(() -> client.get("/v1/cluster").body().contains("\"partitions_safe\": true"));

        HttpResponse<String> answer = client.get("/v1/cluster");

        JsonNode cluster = new ObjectMapper().readTree(answer.body());
        assertThat(cluster.fieldNames()).toIterable().containsExactly("members", "partitions_safe");
        assertThat(cluster.get("members")).hasSize(1);
        JsonNode self = cluster.get("members").get(0);
        assertThat(self.fieldNames()).toIterable().containsExactly("id", "address", "self", "version");
        assertThat(self.get("self").booleanValue()).isTrue();
        assertThat(self.get("address").textValue()).matches("127\\.0\\.0\\.1:[0-9]+");
    }

    @Test
    void metersCountAnswersByRouteAndStatus() {
        client.register("svc", "127.0.0.1");
        client.get("/v1/registration/svc");
        client.get("/v1/registration/other");
        client.get("/nowhere");

        HttpResponse<String> answer = client.get("/metrics");

        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains("discovery_http_requests_seconds_count{route=\"service\",status=\"200\"} 3\n")
                .contains("discovery_http_requests_seconds_count{route=\"none\",status=\"404\"} 1\n");
    }
}
