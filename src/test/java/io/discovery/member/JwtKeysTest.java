package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestIdentities;
import io.discovery.testing.TestIssuer;
import io.discovery.testing.TestKeyServer;
import io.discovery.testing.TestMember;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys for tokens of a member that runs. */
class JwtKeysTest {

    private static final String KEYS = "discovery_auth_jwt_keys ";
    private static final String BROKEN = "discovery_auth_jwt_keys_broken ";

    @Test
    void aMemberWhoseIssuerDoesNotAnswerStartsAllTheSame(@TempDir Path dir) {
        TestIssuer issuer = new TestIssuer("ES256", "EdDSA");
        try (TestKeyServer server = TestKeyServer.of(issuer)) {
            server.answer(request -> request.sendResponseHeaders(503, -1));
            Map<String, String> settings = Map.of(
                    "AUTH_FILE",
                    TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml")).toString(),
                    "AUTH_ANONYMOUS",
                    "read",
                    "AUTH_JWT_ISSUER",
                    TestIssuer.NAME,
                    "AUTH_JWT_JWKS",
                    server.address().toString());
            try (TestMember member = TestMember.start(settings)) {
                assertThat(metrics(member)).contains(BROKEN + "1", KEYS + "0");

                server.answer(TestKeyServer.text(issuer::jwks));

                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(metrics(member)).contains(BROKEN + "0", KEYS + "2"));
            }
        }
    }

    private static String metrics(TestMember member) {
        return member.client().get("/metrics").body();
    }
}
