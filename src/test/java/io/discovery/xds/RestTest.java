package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The variant that asks again and again, over plain HTTP. */
class RestTest {

    private static final String PATH = "/v3/discovery:endpoints";

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    @Test
    void whoHasTheVersionIsAnswered304UntilItChanges() throws InvalidProtocolBufferException {
        client().register("payments", "127.0.0.2");
        DiscoveryResponse answer = ask("payments", "");
        assertThat(Assignments.addresses(answer)).containsExactly("127.0.0.2");

        HttpResponse<String> again = post(request("payments", answer.getVersionInfo()));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();

        client().register("payments", "127.0.0.3");
        DiscoveryResponse changed = ask("payments", answer.getVersionInfo());
        assertThat(Assignments.addresses(changed)).containsExactly("127.0.0.2", "127.0.0.3");
        assertThat(changed.getVersionInfo()).isNotEqualTo(answer.getVersionInfo());
    }

    @Test
    void anUnknownServiceHasNoEndpoints() throws InvalidProtocolBufferException {
        DiscoveryResponse answer = ask("nobody", "");

        assertThat(Assignments.of(answer)).singleElement().satisfies(assignment -> {
            assertThat(assignment.getClusterName()).isEqualTo("nobody");
            assertThat(assignment.getEndpointsList()).isEmpty();
        });
    }

    /** As Envoy's parser takes them too. */
    @Test
    void namesInCamelCaseAndUnknownFieldsAreTaken() {
        HttpResponse<String> answer = post("{\"resourceNames\": [\"camel\"], \"fromTheFuture\": 1}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.body()).contains("\"cluster_name\":\"camel\"");
    }

    @Test
    void whatIsNoRequestIsRefusedWithTheReason() {
        assertThat(post("{\"resource_names\": ").statusCode()).isEqualTo(400);
        assertThat(post("[]").statusCode()).isEqualTo(400);
        HttpResponse<String> other = post("{\"type_url\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\"}");
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("type_url").contains("ClusterLoadAssignment");
    }

    @Test
    void whatIsWrongIsToldInShort() {
        HttpResponse<String> answer = post("{\"error_detail\": {\"code\": \"%s\"}}".formatted("x".repeat(500_000)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("DiscoveryRequest in JSON").hasSizeLessThan(2_000);
    }

    @Test
    void asManyNamesAsAllowedAreAnsweredAndOneMoreIsNot() throws InvalidProtocolBufferException {
        HttpResponse<String> most = client().post("/v3/discovery:listeners", "application/json", names(1_000));
        DiscoveryResponse.Builder parsed = DiscoveryResponse.newBuilder();
        JsonFormat.parser().usingTypeRegistry(MessageJson.MESSAGES).merge(most.body(), parsed);
        assertThat(parsed.getResourcesCount()).isEqualTo(1_000);
        assertThat(parsed.getResources(999))
                .isEqualTo(new NameDerivedResources(DerivedShape.LISTENER, "service-999").any());

        HttpResponse<String> more = client().post("/v3/discovery:listeners", "application/json", names(1_001));
        assertThat(more.statusCode()).isEqualTo(400);
        assertThat(more.body()).contains("1001 names").contains("at most 1000");
    }

    @Test
    void whoAsksForAllClustersGetsThoseOfServicesThatHaveHosts() throws InvalidProtocolBufferException {
        client().register("of-all", "127.0.0.2");

        for (String all : List.of("", "\"*\"", "\"of-all\", \"*\"")) {
            assertThat(clusters(all)).contains(new NameDerivedResources(DerivedShape.CLUSTER, "of-all").any());
        }
        assertThat(clusters("\"other\""))
                .containsExactly(new NameDerivedResources(DerivedShape.CLUSTER, "other").any());
        assertThat(post("{}").body()).contains("\"resources\":[]");
    }

    private static List<Any> clusters(String names) throws InvalidProtocolBufferException {
        return parse(client().post(
                                "/v3/discovery:clusters", "application/json", "{\"resource_names\": [" + names + "]}"))
                .getResourcesList();
    }

    @Test
    void whatIsWithItsClientIsCountedNoMore() throws InvalidProtocolBufferException {
        ask("payments", "");
        HttpResponse<String> again =
                post(request("payments", ask("payments", "").getVersionInfo()));
        assertThat(again.statusCode()).isEqualTo(304);
        post("{\"resource_names\": ");

        await().until(() -> client().metric("discovery_xds_rest_bytes") == 0);
    }

    private static String names(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> "\"service-" + number + '"')
                .collect(Collectors.joining(",", "{\"resource_names\": [", "]}"));
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        HttpResponse<String> answer = post(request("x".repeat(2_049), ""));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("2049 characters").contains("at most 2048");
    }

    private static DiscoveryResponse ask(String service, String version) throws InvalidProtocolBufferException {
        return parse(post(request(service, version)));
    }

    private static DiscoveryResponse parse(HttpResponse<String> answer) throws InvalidProtocolBufferException {
        assertThat(answer.statusCode()).isEqualTo(200);
        DiscoveryResponse.Builder parsed = DiscoveryResponse.newBuilder();
        // It fails on unknown fields, as Envoy does.
        JsonFormat.parser().usingTypeRegistry(MessageJson.MESSAGES).merge(answer.body(), parsed);
        return parsed.build();
    }

    private static HttpResponse<String> post(String body) {
        return client().post(PATH, "application/json", body);
    }

    private static String request(String service, String version) {
        return "{\"version_info\": \"%s\", \"node\": {\"id\": \"envoy-1\"}, \"resource_names\": [\"%s\"]}"
                .formatted(version, service);
    }

    private static TestClient client() {
        return MEMBER.client();
    }
}
