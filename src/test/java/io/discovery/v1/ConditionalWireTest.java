package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * RFC 9110, 13.1.2 (If-None-Match), 15.4.5 (304) and 12.5.3 (Accept-Encoding), as the lists of a service or repo do
 * them.
 */
class ConditionalWireTest {

    private static final int HOSTS = 50;

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void aHeartbeatThatSaysNothingNewKeepsTheTagAndAnythingElseChangesIt() {
        CLIENT.register("tagged", "127.0.0.1");
        String tag = tag("tagged");
        assertThat(tag).matches("W/\"[0-9a-f]{32}\"");

        CLIENT.register("tagged", "127.0.0.1");
        assertThat(tag("tagged")).isEqualTo(tag);

        CLIENT.register("tagged", Map.of("ip", "127.0.0.1", "revision", "2"));
        String changed = tag("tagged");
        assertThat(changed).isNotEqualTo(tag);

        CLIENT.post("/v1/loadbalancing/tagged/127.0.0.1", Map.of("load_balancing_weight", "5"));
        assertThat(tag("tagged")).isNotEqualTo(changed);

        CLIENT.delete("/v1/registration/tagged/127.0.0.1");
        assertThat(tag("tagged")).isEqualTo(tag("nobody"));
    }

    @Test
    void whoHasItGetsItNotAgain() {
        CLIENT.register("had", "127.0.0.1");
        String tag = tag("had");

        for (String has : new String[] {tag, tag.substring(2), "*", "\"other\", " + tag, "W/\"other\"," + tag}) {
            HttpResponse<byte[]> answer = get("had", "If-None-Match", has);
            assertThat(answer.statusCode()).as(has).isEqualTo(304);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("ETag")).hasValue(tag);
            assertThat(answer.headers().firstValue("Vary")).hasValue("Accept-Encoding");
            assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
        }
        for (String has : new String[] {"\"other\"", tag.replace("\"", ""), "", "**"}) {
            assertThat(get("had", "If-None-Match", has).statusCode()).as(has).isEqualTo(200);
        }
    }

    @Test
    void aRepoHasATagOfTheSameKind() {
        CLIENT.register("in-repo", Map.of("service_repo_name", "tagged-repo"));
        String tag = tag("repo/tagged-repo");

        assertThat(get("repo/tagged-repo", "If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void aLongListIsCompressedForWhoCanReadIt() throws IOException {
        fill("long");
        HttpResponse<byte[]> plain = get("long", "Accept-Encoding", "identity");
        HttpResponse<byte[]> gzip = get("long", "Accept-Encoding", "br, gzip;q=0.5");

        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(gzip.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(gzip.headers().firstValue("ETag")).isEqualTo(plain.headers().firstValue("ETag"));
        assertThat(gzip.body().length).isLessThan(plain.body().length / 4);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(plain.body());
        assertThat(get("long", "Accept-Encoding", "gzip;q=0").headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void aChangeIsSeenInTheCompressedListAtOnce() throws IOException {
        fill("changing");
        gunzipped("changing");

        CLIENT.delete("/v1/registration/changing/127.0.0.1");
        assertThat(gunzipped("changing")).doesNotContain("\"127.0.0.1\"").contains("\"127.0.0.2\"");

        CLIENT.register("changing", "127.0.0.1");
        assertThat(gunzipped("changing")).contains("\"127.0.0.1\"");
    }

    @Test
    void aShortListIsNotWorthIt() {
        CLIENT.register("short", "127.0.0.1");

        HttpResponse<byte[]> answer = get("short", "Accept-Encoding", "gzip");

        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.headers().firstValue("Vary")).hasValue("Accept-Encoding");
    }

    private static void fill(String service) {
        for (int i = 1; i <= HOSTS; i++) {
            CLIENT.register(service, "127.0.0." + i);
        }
    }

    private static String gunzipped(String service) throws IOException {
        HttpResponse<byte[]> answer = get(service, "Accept-Encoding", "gzip");
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        return new String(
                new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static String tag(String service) {
        return CLIENT.get("/v1/registration/" + service)
                .headers()
                .firstValue("ETag")
                .orElseThrow();
    }

    private static HttpResponse<byte[]> get(String service, String header, String value) {
        HttpRequest.Builder request = CLIENT.request("/v1/registration/" + service)
                .header(header, value)
                .GET();
        return CLIENT.send(request, BodyHandlers.ofByteArray());
    }
}
