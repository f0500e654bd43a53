package io.discovery.config;

import static io.discovery.config.ReadSettings.faults;
import static io.discovery.config.ReadSettings.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of traces: forms and names are those of OpenTelemetry. */
class TracingSettingsTest {

    private static final String ON = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318";

    @Test
    void aMemberWithoutACollectorDoesNotTraceWhateverElseIsSet() {
        assertThat(read().tracing()).isEmpty();
        assertThat(read(
                                "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
                                "OTEL_TRACES_SAMPLER=jaeger_remote",
                                "OTEL_TRACES_SAMPLER_ARG=x")
                        .tracing())
                .isEmpty();
    }

    @Test
    void defaults() {
        assertThat(read(ON).tracing())
                .contains(new Settings.Tracing(
                        URI.create("http://127.0.0.1:4318"), "", "discovery", "", "parentbased_traceidratio", 0.01));
    }

    @Test
    void everythingThatIsSetIsRead() {
        assertThat(read(
                                "OTEL_EXPORTER_OTLP_ENDPOINT=https://collector.example/base",
                                "OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20t,x-tenant = 7",
                                "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
                                "OTEL_SERVICE_NAME=registry",
                                "OTEL_RESOURCE_ATTRIBUTES=a.b=c%2Cd,e=",
                                "OTEL_TRACES_SAMPLER=traceidratio",
                                "OTEL_TRACES_SAMPLER_ARG=.25")
                        .tracing())
                .contains(new Settings.Tracing(
                        URI.create("https://collector.example/base"),
                        "authorization=Bearer%20t,x-tenant = 7",
                        "registry",
                        "a.b=c%2Cd,e=",
                        "traceidratio",
                        0.25));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:4318", "grpc://127.0.0.1:4317", "http://", "http://127.0.0.1:4318?token=t"})
    void whatIsNoAddressOfACollectorIsRefused(String endpoint) {
        assertThat(faults("OTEL_EXPORTER_OTLP_ENDPOINT=" + endpoint))
                .singleElement()
                .asString()
                .startsWith("OTEL_EXPORTER_OTLP_ENDPOINT: given '")
                .endsWith("', expected a URL such as http://127.0.0.1:4318, without user, password and query");
    }

    @Test
    void aPasswordInTheAddressIsRefusedAndNotShown() {
        assertThat(faults("OTEL_EXPORTER_OTLP_ENDPOINT=http://me:secret@127.0.0.1:4318"))
                .containsExactly("OTEL_EXPORTER_OTLP_ENDPOINT: given 'http://…@127.0.0.1:4318', expected a URL such as"
                        + " http://127.0.0.1:4318, without user, password and query");
    }

    @Test
    void anotherProtocolIsRefused() {
        assertThat(faults(ON, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"))
                .containsExactly(
                        "OTEL_EXPORTER_OTLP_PROTOCOL: given 'grpc', expected http/protobuf, which collectors serve"
                                + " on port 4318");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "a=b,secret", "a b=secret", "a=\"secret\"", "a=secret\u00e9", "=secret"})
    void headersThatAreNoPairsAreRefusedAndNotShown(String headers) {
        assertThat(faults(ON, "OTEL_EXPORTER_OTLP_HEADERS=" + headers))
                .containsExactly(
                        "OTEL_EXPORTER_OTLP_HEADERS: given a text that is not shown, expected name=value, comma"
                                + " separated, each value percent-encoded");
    }

    @Test
    void theTextOfTheSettingsHasNoHeaders() {
        assertThat(read(ON, "OTEL_EXPORTER_OTLP_HEADERS=a=secret").toString()).doesNotContain("secret");
    }

    @Test
    void attributesThatAreNoPairsAreRefused() {
        assertThat(faults(ON, "OTEL_RESOURCE_ATTRIBUTES=zone"))
                .containsExactly(
                        "OTEL_RESOURCE_ATTRIBUTES: given 'zone', expected name=value, comma separated, each value"
                                + " percent-encoded");
    }

    @Test
    void anUnknownSamplerIsRefused() {
        assertThat(faults(ON, "OTEL_TRACES_SAMPLER=jaeger_remote"))
                .containsExactly(
                        "OTEL_TRACES_SAMPLER: given 'jaeger_remote', expected always_on, always_off, traceidratio,"
                                + " or parentbased_ and one of these");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "-0.1", "1%", "NaN", "0,1", "2"})
    void aShareThatIsNoneIsRefused(String share) {
        assertThat(faults(ON, "OTEL_TRACES_SAMPLER_ARG=" + share))
                .containsExactly(
                        "OTEL_TRACES_SAMPLER_ARG: given '" + share + "', expected a share from 0 to 1, such as 0.01");
    }
}
