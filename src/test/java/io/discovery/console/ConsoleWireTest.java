package io.discovery.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.TestMember;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of the console's files to a browser. */
class ConsoleWireTest {

    private static final Path FOLDER = Path.of("src/main/resources/ui");

    private static TestMember member;

    @BeforeAll
    static void start() {
        member = TestMember.start(Map.of());
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    @Test
    void aBrowserIsLedToTheConsole() {
        HttpResponse<String> led = member.client()
                .with("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
                .get("/");

        assertThat(led.statusCode()).isEqualTo(302);
        assertThat(led.headers().firstValue("Location")).contains("/ui/");
        assertThat(member.client().get("/ui").headers().firstValue("Location")).contains("/ui/");
        assertThat(member.client().get("/ui/").body()).contains("<title>Discovery</title>");
    }

    @Test
    void otherClientsHearWhatTheyHeardBefore() {
        for (TestClient client : new TestClient[] {
            member.client(),
            member.client().with("Accept", "*/*"),
            member.client().with("Accept", "application/json")
        }) {
            HttpResponse<String> answer = client.get("/");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(client.get("/nothing").body());
        }
    }

    @Test
    void eachFileComesWithAPolicyThatAllowsNothingElse() {
        for (String name : ConsoleFiles.NAMES) {
            HttpResponse<String> file = member.client().get("/ui/" + name);

            assertThat(file.statusCode()).as(name).isEqualTo(200);
            assertThat(file.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe", "http", "*", "data:");
            assertThat(file.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(file.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        }
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() {
        HttpResponse<String> first = member.client().get("/ui/main.js");
        String tag = first.headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> second = member.client().with("If-None-Match", tag).get("/ui/main.js");
        HttpResponse<String> other =
                member.client().with("If-None-Match", "W/\"other\"").get("/ui/main.js");

        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.headers().firstValue("ETag")).contains(tag);
        assertThat(second.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void filesComeInGzipToThoseThatTakeIt() throws IOException {
        HttpResponse<byte[]> coded = member.client()
                .send(
                        member.client().request("/ui/style.css").header("Accept-Encoding", "gzip"),
                        BodyHandlers.ofByteArray());

        assertThat(coded.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(coded.headers().firstValue("Vary")).contains("Accept-Encoding");
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(coded.body()))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(Files.readString(FOLDER.resolve("style.css")))
                    .isEqualTo(member.client().get("/ui/style.css").body());
        }
    }

    @Test
    void nothingElseIsServed() {
        for (String path : new String[] {
            "/ui/nothing.js",
            "/ui/vendor/vendored.txt",
            "/ui/%2e%2e/discovery.properties",
            "/ui/..%2fdiscovery.properties",
            "/ui/vendor/",
            "/ui/vendor"
        }) {
            assertThat(member.client().get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void aMemberWithoutItHasNoneOfItsPaths() {
        try (TestMember without = TestMember.start(Map.of("CONSOLE", "off"))) {
            TestClient browser = without.client().with("Accept", "text/html");
            for (String path : new String[] {"/", "/ui", "/ui/", "/ui/main.js"}) {
                assertThat(browser.get(path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }

    /** A browser asks for a name and a password itself, before a page hears of the refusal, if it sees Basic. */
    @Test
    void aScriptThatIsRefusedHearsNothingOfBasic(@TempDir Path dir) {
        Path identities = TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml"));
        try (TestMember closed = TestMember.start(Map.of("AUTH_FILE", identities.toString()))) {
            HttpResponse<String> script =
                    closed.client().with("X-Requested-With", "XMLHttpRequest").get("/v1/services");
            HttpResponse<String> other = closed.client().get("/v1/services");

            assertThat(script.statusCode()).isEqualTo(401);
            assertThat(script.headers().allValues("WWW-Authenticate")).containsExactly("Bearer realm=\"discovery\"");
            assertThat(script.body()).isEqualTo(other.body());
            assertThat(other.headers().allValues("WWW-Authenticate")).hasSize(2);
            assertThat(closed.client().get("/ui/").statusCode()).isEqualTo(200);
        }
    }
}
