package io.discovery.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.cli.text.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1:8080, http://10.0.0.1:8080",
        "10.0.0.1, http://10.0.0.1:8080",
        "discovery:9000, http://discovery:9000",
        "https://discovery.example.org, https://discovery.example.org",
        "https://example.org/registry/, https://example.org/registry",
        "http://[::1]:8080, http://[::1]:8080",
    })
    void anEndpointIsAnAddressOfHttp(String given, String meant) {
        assertThat(Endpoint.list(given)).extracting(Endpoint::toString).containsExactly(meant);
    }

    @Test
    void severalHaveCommasBetween() {
        assertThat(Endpoint.list("a, b,,a"))
                .extracting(Endpoint::toString)
                .containsExactly("http://a:8080", "http://b:8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "ftp://a",
                "http://",
                "http://a?b",
                "http://a b:x",
                "http://user:secret@a",
                "user:secret,x@a",
                "http://u:%secret@a",
                "http://u:secret@ a"
            })
    void anythingElseIsRefused(String given) {
        assertThatThrownBy(() -> Endpoint.list(given))
                .isInstanceOf(Failure.class)
                .hasMessageNotContaining("secret")
                .extracting(failure -> ((Failure) failure).exitCode())
                .isEqualTo(2);
    }

    @Test
    void anyNameIsOneSegmentOfAPath() {
        assertThat(ApiPath.of("/v1/registration", "a b/c?\u00fc", ".."))
                .isEqualTo("/v1/registration/a%20b%2Fc%3F%C3%BC/%2E%2E");
        assertThat(ApiPath.with("/v1/changes?watch", "service", "a&b")).isEqualTo("/v1/changes?watch&service=a%26b");
        assertThat(ApiPath.with("/v1/changes", "service", null)).isEqualTo("/v1/changes");
        assertThat(ApiPath.with("/v1/changes", "service", "")).isEqualTo("/v1/changes?service=");
    }
}
