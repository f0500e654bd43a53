package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings that show in answers. */
class SettingsWireTest {

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
