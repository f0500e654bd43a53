package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers of two members while lapsed hosts stay listed. */
class ProtectionWireTest {

    private static final int HOSTS = 22;
    private static final String CANARY = "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\", \"canary\": true}";

    @AutoClose
    private static final TwoMembers MEMBERS = TwoMembers.start(Map.of("EXPIRY_PROTECTION", "on", "HOST_TTL", "4"));

    private static final TestClient CLIENT = MEMBERS.client();

    @BeforeAll
    static void letHostsLapse() {
        for (int n = 0; n < HOSTS; n++) {
            CLIENT.register("silent", Map.of("ip", address(n), "service_repo_name", "silent-repo"));
        }
        for (int n = 0; n < 3; n++) {
            CLIENT.register("worked-on", Map.of("ip", address(n), "tags", CANARY));
        }
        for (TestClient each : List.of(CLIENT, MEMBERS.peer())) {
            await().until(() -> stale(each.get("/v1/registration/silent")).equals("22"));
            await().until(() -> stale(each.get("/v1/registration/worked-on")).equals("3"));
        }
    }

    private static String address(int n) {
        return "127.0.0." + (n + 1);
    }

    private static String stale(HttpResponse<String> answer) {
        return answer.headers().firstValue("Discovery-Stale").orElse("none");
    }

    @Test
    void everyReadMarksWhatHasLapsed() {
        HttpResponse<String> repo = CLIENT.get("/v1/registration/repo/silent-repo");
        assertThat(stale(repo)).isEqualTo("22");
        assertThat(repo.body())
                .contains("\"tags\": {\"az\": \"a\", \"instance_id\": \"i\", \"region\": \"r\"}, \"stale\": true}");

        HttpResponse<String> host = CLIENT.get("/v1/registration/silent/127.0.0.9");
        assertThat(stale(host)).isEqualTo("1");
        assertThat(host.body()).endsWith("}, \"stale\": true}\n");

        assertThat(stale(CLIENT.get("/v1/hosts/127.0.0.9"))).isEqualTo("1");

        HttpResponse<String> services = CLIENT.get("/v1/services");
        assertThat(services.body()).contains("{\"service\": \"silent\", \"hosts\": 22, \"stale\": 22}");

        assertThat(CLIENT.metric("discovery_protection_active")).isEqualTo(1);
        assertThat(CLIENT.metric("discovery_hosts_lapsed")).isGreaterThanOrEqualTo(22);
        assertThat(CLIENT.metric("discovery_hosts"))
                .isEqualTo(CLIENT.metric("discovery_hosts_live") + CLIENT.metric("discovery_hosts_lapsed"));
        assertThat(CLIENT.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void membersShowTheSame() {
        assertThat(MEMBERS.peer().get("/v1/registration/silent").body())
                .isEqualTo(CLIENT.get("/v1/registration/silent").body());
    }

    @Test
    void whatIsListedCanBeRemovedWeighedAndKeptAliveAtAnyMember() {
        TestClient other = MEMBERS.peer();
        String path = "/v1/registration/worked-on/";
        assertThat(other.delete(path + address(0)).statusCode()).isEqualTo(200);
        assertThat(other.delete(path + address(0)).statusCode()).isEqualTo(400);

        assertThat(other.post("/v1/loadbalancing/worked-on", Map.of("load_balancing_weight", "7"))
                        .statusCode())
                .isEqualTo(204);
        String weighed = other.get(path + address(1)).body();
        assertThat(weighed).contains("\"load_balancing_weight\": 7").contains("\"stale\": true");

        other.register("worked-on", address(1));
        HttpResponse<String> back = other.get(path + address(1));
        assertThat(stale(back)).isEqualTo("none");
        assertThat(back.body())
                .contains("\"canary\": true", "\"load_balancing_weight\": 7")
                .doesNotContain("stale");
        assertThat(stale(other.get("/v1/registration/worked-on"))).isEqualTo("1");
    }
}
