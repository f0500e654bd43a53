package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class ParametersTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    /** As curl sends it. */
    @Test
    void aHashIsACharacterLikeOthersInAForm() {
        Parameters sent = Parameters.of(
                FORM, Buffer.buffer("revision=build#42&tags={\"color\": \"#fff\"}&service_repo_name=a%23b"));

        assertThat(sent.get("revision", "")).isEqualTo("build#42");
        assertThat(sent.get("tags", "")).isEqualTo("{\"color\": \"#fff\"}");
        assertThat(sent.get("service_repo_name", "")).isEqualTo("a#b");
    }
}
