package io.discovery.config;

import static io.discovery.config.ReadSettings.faults;
import static io.discovery.config.ReadSettings.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                        URI.create("http://127.0.0.1:4318/v1/traces"),
                        "",
                        "discovery",
                        "",
                        "parentbased_traceidratio",
                        0.01));
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
                        URI.create("https://collector.example/base/v1/traces"),
                        "authorization=Bearer%20t,x-tenant = 7",
                        "registry",
                        "a.b=c%2Cd,e=",
                        "traceidratio",
                        0.25));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:4318",
                "grpc://127.0.0.1:4317",
                "http://",
                "http://127.0.0.1:4318?token=t",
                "http://127.0.0.1:4318#t"
            })
    void whatIsNoAddressOfACollectorIsRefused(String endpoint) {
        assertThat(faults("OTEL_EXPORTER_OTLP_ENDPOINT=" + endpoint))
                .singleElement()
                .asString()
                .startsWith("OTEL_EXPORTER_OTLP_ENDPOINT: given '")
                .endsWith(
                        "', expected a URL such as http://127.0.0.1:4318, without user, password, query and fragment");
    }

    @Test
    void aPasswordInTheAddressIsRefusedAndNotShown() {
        assertThat(faults("OTEL_EXPORTER_OTLP_ENDPOINT=http://me:secret@127.0.0.1:4318"))
                .containsExactly("OTEL_EXPORTER_OTLP_ENDPOINT: given 'http://…@127.0.0.1:4318', expected a URL such as"
                        + " http://127.0.0.1:4318, without user, password, query and fragment");
    }

    @Test
    void anAddressForTracesAloneIsTakenAsItIs() {
        String own = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.2:9000/otlp";

        assertThat(read(own).tracing())
                .map(Settings.Tracing::endpoint)
                .contains(URI.create("http://127.0.0.2:9000/otlp"));
        assertThat(read(ON, own).tracing())
                .map(Settings.Tracing::endpoint)
                .contains(URI.create("http://127.0.0.2:9000/otlp"));
        assertThat(faults(ON, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=collector"))
                .containsExactly("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: given 'collector', expected a URL such as"
                        + " http://127.0.0.1:4318/v1/traces, without user, password, query and fragment");
    }

    @Test
    void aSlashAtTheEndOfTheAddressIsNotDoubled() {
        assertThat(read(ON + "/").tracing())
                .map(Settings.Tracing::endpoint)
                .contains(URI.create("http://127.0.0.1:4318/v1/traces"));
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_SDK_DISABLED=true, OTEL_SDK_DISABLED",
        "OTEL_SDK_DISABLED=True, OTEL_SDK_DISABLED",
        "OTEL_TRACES_EXPORTER=none, OTEL_TRACES_EXPORTER",
    })
    void aMemberWithACollectorDoesNotTraceIfASettingSwitchesThatOff(String variable, Setting off) {
        Settings settings = read(ON, variable, "OTEL_TRACES_SAMPLER=jaeger_remote");

        assertThat(settings.tracing()).isEmpty();
        assertThat(settings.tracingOff()).contains(off);
    }

    @Test
    void aMemberTracesIfASettingSaysWhatIsTheDefault() {
        Settings settings = read(ON, "OTEL_SDK_DISABLED=false", "OTEL_TRACES_EXPORTER=otlp");

        assertThat(settings.tracing()).isPresent();
        assertThat(settings.tracingOff()).isEmpty();
    }

    @Test
    void noSettingSwitchesOffTracesThatHaveNoCollector() {
        assertThat(read("OTEL_SDK_DISABLED=true").tracingOff()).isEmpty();
    }

    @Test
    void aSwitchThatIsNoneIsRefused() {
        assertThat(faults(ON, "OTEL_SDK_DISABLED=yes", "OTEL_TRACES_EXPORTER=otlp,console"))
                .containsExactly(
                        "OTEL_SDK_DISABLED: given 'yes', expected true or false",
                        "OTEL_TRACES_EXPORTER: given 'otlp,console', expected otlp or none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "OTEL_RESOURCE_ATTRIBUTES=service.name=registry registry",
                "OTEL_RESOURCE_ATTRIBUTES=a=b,service.name=c+d%20e,service.name.x=f c+d_e",
                "OTEL_RESOURCE_ATTRIBUTES=service.name=first,service.name=last last",
                "OTEL_RESOURCE_ATTRIBUTES=service.name= discovery",
                "OTEL_RESOURCE_ATTRIBUTES=service.names=x discovery",
            })
    void theNameOfTheProgramMayBeAmongItsAttributes(String attributes, String name) {
        assertThat(read(ON, attributes).tracing())
                .map(Settings.Tracing::serviceName)
                .contains(name.replace('_', ' '));
        assertThat(read(ON, attributes, "OTEL_SERVICE_NAME=given").tracing())
                .map(Settings.Tracing::serviceName)
                .contains("given");
    }

    @Test
    void aNameThatIsNotEncodedIsRefused() {
        assertThat(faults(ON, "OTEL_RESOURCE_ATTRIBUTES=service.name=100%"))
                .containsExactly("OTEL_RESOURCE_ATTRIBUTES: given '100%', expected name=value, comma separated, each"
                        + " value percent-encoded");
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

    @ParameterizedTest
    @ValueSource(strings = {"zone", "service.name", "a=b,service.name"})
    void attributesThatAreNoPairsAreRefused(String attributes) {
        assertThat(faults(ON, "OTEL_RESOURCE_ATTRIBUTES=" + attributes))
                .containsExactly("OTEL_RESOURCE_ATTRIBUTES: given '" + attributes
                        + "', expected name=value, comma separated, each value percent-encoded");
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
