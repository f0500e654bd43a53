package io.discovery.v1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** INSTANCE_KEY=ip_port, which the seed lacked: several processes of a service on one address. */
class InstanceKeyWireTest {

    private static final Map<String, String> WEIGHT = Map.of("load_balancing_weight", "5");

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of("INSTANCE_KEY", "ip_port"));

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void everyPortIsAHostOfItsOwnAndTheAddressStaysBare() {
        register("ports", "127.0.0.1", "9090");
        register("ports", "127.0.0.1", "8080");

        assertThat(ports("ports")).containsExactly("8080", "9090");
        assertThat(read("ports")).contains("\"ip_address\": \"127.0.0.1\"").doesNotContain("127.0.0.1:");
    }

    @Test
    void tagsOfOnePortAreNotThoseOfAnother() {
        register("tags", "127.0.0.1", "8080");
        CLIENT.post("/v1/loadbalancing/tags/127.0.0.1:8080", WEIGHT);

        register("tags", "127.0.0.1", "9090");

        assertThat(host("tags", "127.0.0.1:8080").body()).contains("\"load_balancing_weight\": 5");
        assertThat(host("tags", "127.0.0.1:9090").body()).doesNotContain("load_balancing_weight");
    }

    @Test
    void aPathNamesAHostByAddressAndPort() {
        register("paths", "127.0.0.1", "8080");
        register("paths", "::1", "8080");

        assertThat(host("paths", "127.0.0.1:8080").body()).contains("\"ip_address\": \"127.0.0.1\"");
        assertThat(host("paths", "%5B::1%5D:8080").body()).contains("\"ip_address\": \"::1\"");
        assertThat(raw("GET /v1/registration/paths/[0:0::1]:8080").body()).contains("\"ip_address\": \"::1\"");
    }

    @Test
    void whatNamesNoHostIsNotFound() {
        register("absent", "127.0.0.1", "8080");

        for (String instance : new String[] {
            "127.0.0.1:8081",
            "127.0.0.2:8080",
            "127.0.0.2",
            "127.0.0.1:",
            "127.0.0.1:08080",
            "127.0.0.1:99999",
            "localhost:8080",
            "::1:8080",
            "127.0.0.1:8080:8080"
        }) {
            assertThat(host("absent", instance).statusCode()).as(instance).isEqualTo(404);
            assertThat(CLIENT.post("/v1/loadbalancing/absent/" + instance, WEIGHT)
                            .statusCode())
                    .as(instance)
                    .isEqualTo(404);
            assertThat(CLIENT.delete("/v1/registration/absent/" + instance).statusCode())
                    .as(instance)
                    .isEqualTo(400);
        }
        assertThat(ports("absent")).containsExactly("8080");
    }

    @Test
    void anAddressAloneReadsItsOnlyPortAndNamesThemIfThereAreSeveral() {
        register("alone", "127.0.0.1", "8080");
        assertThat(host("alone", "127.0.0.1").statusCode()).isEqualTo(200);

        register("alone", "127.0.0.1", "9090");
        HttpResponse<String> several = host("alone", "127.0.0.1");

        assertThat(several.statusCode()).isEqualTo(400);
        assertThat(several.body())
                .isEqualTo("{\"error\": \"ip_address: given '127.0.0.1', which has several ports; "
                        + "expected one of 127.0.0.1:8080, 127.0.0.1:9090\"}\n");
    }

    @Test
    void anAddressAloneDeletesAllItsPorts() {
        register("deleted", "127.0.0.1", "8080");
        register("deleted", "127.0.0.1", "9090");
        register("deleted", "127.0.0.2", "7070");

        assertThat(CLIENT.delete("/v1/registration/deleted/127.0.0.1").statusCode())
                .isEqualTo(200);

        assertThat(ports("deleted")).containsExactly("7070");
        assertThat(CLIENT.delete("/v1/registration/deleted/127.0.0.1").statusCode())
                .isEqualTo(400);
    }

    @Test
    void anAddressAndPortDeletesThatPort() {
        register("one-deleted", "::1", "8080");
        register("one-deleted", "::1", "9090");

        assertThat(raw("DELETE /v1/registration/one-deleted/[::1]:8080").code()).isEqualTo(200);

        assertThat(ports("one-deleted")).containsExactly("9090");
    }

    @Test
    void anAddressAloneWeighsAllItsPorts() {
        register("weighed", "127.0.0.1", "8080");
        register("weighed", "127.0.0.1", "9090");
        register("weighed", "127.0.0.2", "7070");

        assertThat(CLIENT.post("/v1/loadbalancing/weighed/127.0.0.1", WEIGHT).statusCode())
                .isEqualTo(204);

        assertThat(read("weighed").split("load_balancing_weight", -1)).hasSize(3);
        assertThat(host("weighed", "127.0.0.2").body()).doesNotContain("load_balancing_weight");
    }

    @Test
    void figuresTellThatAPathNamesAPort() {
        assertThat(CLIENT.get("/v1/services/overview?service=none").body())
                .contains(", \"instance_key\": \"ip_port\", ");
    }

    private static void register(String service, String ip, String port) {
        CLIENT.register(service, Map.of("ip", ip, "port", port));
    }

    private static HttpResponse<String> host(String service, String instance) {
        return CLIENT.get("/v1/registration/" + service + "/" + instance);
    }

    private static String read(String service) {
        return CLIENT.get("/v1/registration/" + service).body();
    }

    private static String[] ports(String service) {
        return read(service)
                .replaceAll("(?s).*?\"port\": (\\d+)|.+$", "$1 ")
                .strip()
                .split(" +");
    }

    private static RawHttp.Answer raw(String request) {
        return RawHttp.exchange(MEMBER.port(), (request + " HTTP/1.1\r\nHost: discovery\r\n\r\n").getBytes(UTF_8));
    }
}
