package io.discovery.config;

import static io.discovery.config.ReadSettings.faults;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets and keys that an operator gives in place of the names of their files: no message has them. */
class SecretInPlaceOfFileTest {

    private static final String HEX = "6ca13d52ca70c883e0f0bb101e425a89e8624de51db2d2392593af6a84118090";
    private static final String KEY = "-----BEGIN PRIVATE KEY-----\nMIGH/AgEA.MBMG\n-----END PRIVATE KEY-----";

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEX,
                "bKE9UspwyIPg8LsQHkJaieh/JN5R2y0jklk69qhBGAk=",
                "/9uHxbKE9UspwyIPg8LsQHkJaieh0JN5R2y0jklk69g=",
                "/9uHxbKE9UspwyIPg8LsQHkJaieh0JN5R2y0jklk69gaaaa",
                "a secret of words",
                "two/lines\nof.text",
                KEY,
                "-----BEGIN PRIVATE KEY----- MIGH/AgEA -----END PRIVATE KEY-----",
            })
    void aTextThatIsNoPathIsNotShown(String secret) {
        assertThat(faults("CLUSTER_SECRET_FILE=" + secret))
                .containsExactly("CLUSTER_SECRET_FILE: given a text of " + secret.length()
                        + " characters that is not shown, expected a file that can be read");
    }

    @Test
    void noMessageOfASettingThatNamesAFileShowsAText() {
        assertThat(Stream.of(
                                "TLS_CERT",
                                "TLS_KEY",
                                "TLS_CLIENT_CA",
                                "AUTH_FILE",
                                "AUTH_JWT_CA",
                                "CLUSTER_CONFIG",
                                "CLUSTER_SECRET_FILE",
                                "CLUSTER_TLS_CERT",
                                "CLUSTER_TLS_KEY",
                                "CLUSTER_TLS_CA")
                        .flatMap(setting -> faults(setting + "=" + KEY).stream()))
                .hasSizeGreaterThanOrEqualTo(10)
                .noneMatch(fault -> fault.contains("MIGH"));
        assertThat(faults("CLUSTER_SECRET_FILE=" + HEX, "CLUSTER_TLS_CERT=/gone"))
                .noneMatch(fault -> fault.contains(HEX));
        assertThat(faults("CLUSTER_CONFIG=" + HEX, "CLUSTER_MEMBERS=a:5701")).noneMatch(fault -> fault.contains(HEX));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "members.secret", "data/members", "./secret", "/run/secrets/discovery members/secret"})
    void aPathIsShown(String path) {
        assertThat(faults("TLS_CERT=/gone", "TLS_KEY=" + path))
                .containsExactly(
                        "TLS_CERT: given '/gone', expected a file that can be read",
                        "TLS_KEY: given '" + path + "', expected a file that can be read");
    }

    @Test
    void aPathOfAnotherLengthThanPathsHaveIsNotShown() {
        assertThat(faults("AUTH_FILE=" + "/a".repeat(100)))
                .containsExactly("AUTH_FILE: given '" + "/a".repeat(100) + "', expected a file that can be read");
        assertThat(faults("AUTH_FILE=" + "/a".repeat(101)))
                .containsExactly("AUTH_FILE: given a text of 202 characters that is not shown, expected a file that"
                        + " can be read");
    }
}
