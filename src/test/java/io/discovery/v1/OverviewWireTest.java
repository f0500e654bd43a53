package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The figures of services and the hosts at an address, of a member with two services. */
class OverviewWireTest {

    private static final String MICROSECONDS = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z";

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of("HOST_TTL", "60"));

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void allServicesHaveFigures() {
        CLIENT.register("a%20b", Map.of("ip", "10.0.0.1", "revision", "1"));
        CLIENT.register("a%20b", Map.of("ip", "10.0.0.2", "revision", "2"));

        String all = CLIENT.get("/v1/services/overview").body();

        assertThat(all.replaceAll(MICROSECONDS, "TIME"))
                .contains("{\"service\": \"a b\", \"hosts\": 2, \"stale\": 0, \"revisions\": 2, \"min_weight\": 1,"
                        + " \"max_weight\": 1, \"last_check_in\": \"TIME\"}")
                .endsWith("], \"host_ttl_seconds\": 60, \"instance_key\": \"ip\", \"time\": \"TIME\"}\n");
    }

    @Test
    void aQueryMayNameServices() {
        CLIENT.register("caf%C3%A9", "10.0.0.3");
        CLIENT.register("other%20one", "10.0.0.3");

        assertThat(CLIENT.get("/v1/services/overview?service=caf%C3%A9&service=none")
                        .body())
                .contains("\"service\": \"caf\\u00e9\"")
                .doesNotContain("none", "other");
        assertThat(CLIENT.get("/v1/services/overview?service=other%20one&x=y").body())
                .contains("\"service\": \"other one\"")
                .doesNotContain("caf");
        assertThat(CLIENT.get("/v1/services/overview?service=none").body())
                .startsWith("{\"services\": [], \"host_ttl_seconds\": 60, ");
    }

    @Test
    void aQueryThatNamesTooManyOrNoNamesIsRefused() {
        String names =
                IntStream.rangeClosed(0, 100).mapToObj(n -> "service=s" + n).collect(Collectors.joining("&"));

        assertRefused("/v1/services/overview?" + names, "service: given '101 names', expected up to 100");
        assertRefused("/v1/services/overview?service=", "expected a name that is not empty");
        assertRefused("/v1/services/overview?service=a%2Fb", "service: given 'a/b'");
        assertThat(RawHttp.exchange(
                                MEMBER.port(),
                                "GET /v1/services/overview?service=%zz HTTP/1.1\r\nHost: x\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII))
                        .body())
                .contains("query: given '%zz', expected percent-encoded");
    }

    @Test
    void anAddressHasItsHostsOfAllServices() {
        CLIENT.register("two", "10.0.0.7");
        CLIENT.register("one", "10.0.0.7");
        CLIENT.register("one", "10.0.0.70");
        CLIENT.register("six", "2001:db8::7");
        String host = CLIENT.get("/v1/registration/one/10.0.0.7").body().strip();
        String second = CLIENT.get("/v1/registration/two/10.0.0.7").body().strip();
        String ipv6 = CLIENT.get("/v1/registration/six/2001:db8::7").body().strip();

        String expected = "{\"ip_address\": \"10.0.0.7\", \"hosts\": [" + host + ", " + second + "]}\n";
        assertThat(CLIENT.get("/v1/hosts/10.0.0.7").body()).isEqualTo(expected);
        assertThat(CLIENT.get("/v1/hosts/::ffff:10.0.0.7").body()).isEqualTo(expected);
        assertThat(CLIENT.get("/v1/hosts/2001:DB8:0::7").body())
                .isEqualTo("{\"ip_address\": \"2001:db8::7\", \"hosts\": [" + ipv6 + "]}\n");
        assertThat(CLIENT.get("/v1/hosts/10.9.9.9").body())
                .isEqualTo("{\"ip_address\": \"10.9.9.9\", \"hosts\": []}\n");
    }

    @Test
    void aWrongAddressIsRefusedWithWords() {
        for (String wrong : new String[] {"localhost", "10.0.0", "10.0.0.1:80", "%5B::1%5D", "fe80::1%25eth0"}) {
            assertRefused("/v1/hosts/" + wrong, "expected an IPv4 or IPv6 address, without brackets, port or zone");
        }
        assertThat(CLIENT.get("/v1/hosts").statusCode()).isEqualTo(404);
        assertThat(CLIENT.get("/v1/hosts/").statusCode()).isEqualTo(404);
    }

    private static void assertRefused(String path, String why) {
        HttpResponse<String> answer = CLIENT.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(400);
        assertThat(answer.body()).contains(why);
    }
}
