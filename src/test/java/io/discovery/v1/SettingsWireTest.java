package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Settings that show in answers. */
class SettingsWireTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    /** Seed: README, APPLICATION_ENV. */
    @Test
    void applicationEnvIsShownInEveryList() {
        try (TestMember member = TestMember.start(Map.of("APPLICATION_ENV", "prod \"é\""))) {
            assertThat(member.client().get("/v1/registration/svc").body())
                    .isEqualTo("{\"service\": \"svc\", \"env\": \"prod \\\"\\u00e9\\\"\", \"hosts\": []}\n");
            assertThat(member.client().get("/v1/registration/repo/r").body())
                    .isEqualTo("{\"service_repo_name\": \"r\", \"env\": \"prod \\\"\\u00e9\\\"\", \"hosts\": []}\n");
        }
    }

    /** Seed: POST /v1/registration, auto_ip. Which networks are accepted is ours to set. */
    @Test
    void autoIpTakesThePeersAddressFromTheNetworksThatAreSet() {
        try (TestMember member = TestMember.start(Map.of("AUTO_IP_CIDRS", "10.0.0.0/8, 127.0.0.0/8"))) {
            TestClient client = member.client();
            Map<String, String> form = new HashMap<>(TestClient.registration(Map.of("auto_ip", "1")));
            form.remove("ip");

            assertThat(client.post("/v1/registration/auto", form).statusCode()).isEqualTo(200);

            assertThat(client.get("/v1/registration/auto").body()).contains("\"ip_address\": \"127.0.0.1\"");
        }
    }

    /** Behind proxies that the member knows, their word counts, and from all others the connection's address does. */
    @Test
    void autoIpBelievesTrustedProxiesAlone() {
        Map<String, String> settings = Map.of("AUTO_IP_CIDRS", "127.0.0.0/8", "TRUSTED_PROXIES", "127.0.0.1/32");
        try (TestMember behind = TestMember.start(settings);
                TestMember beside =
                        TestMember.start(Map.of("AUTO_IP_CIDRS", "127.0.0.0/8", "TRUSTED_PROXIES", "127.0.0.2/32"))) {
            assertThat(registeredByHeader(behind.client())).containsExactly("127.0.0.7");
            assertThat(registeredByHeader(beside.client())).containsExactly("127.0.0.1");
        }
    }

    /** Registers alone and in bulk, with a header of two words, and returns the addresses that are listed. */
    private static Set<String> registeredByHeader(TestClient client) {
        Map<String, String> form = TestClient.registration(Map.of("ip", "", "auto_ip", "1"));
        String bulk = "[{\"service\": \"bulk\", \"auto_ip\": 1, \"port\": 80, \"revision\": \"1\", \"tags\": "
                + TestClient.TAGS + "}]";
        Map<String, String> bodies =
                Map.of("/v1/registration/alone", TestClient.encode(form), "/v1/registrations", bulk);

        bodies.forEach((path, body) -> assertThat(client.send(client.request(path)
                                .header("Content-Type", body.startsWith("[") ? "application/json" : FORM)
                                .header("X-Forwarded-For", "127.9.9.9, 127.0.0.7")
                                .POST(HttpRequest.BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(200));

        Set<String> listed = new HashSet<>(client.hosts("alone"));
        listed.addAll(client.hosts("bulk"));
        return listed;
    }

    /** Seed: README, DEBUG. JSON is the one-line form with it and without. */
    @Test
    void debugChangesNoAnswer() {
        try (TestMember on = TestMember.start(Map.of("DEBUG", "true"));
                TestMember off = TestMember.start(Map.of("DEBUG", "false"))) {
            for (String path : new String[] {"/v1/registration/svc", "/v1/registration/svc/127.0.0.1", "/nowhere"}) {
                assertThat(on.client().get(path).body())
                        .isEqualTo(off.client().get(path).body());
            }
        }
    }
}
