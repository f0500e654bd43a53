package io.discovery.config;

import io.discovery.config.Settings.Tracing;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The reading of the settings of traces, whose names and forms are OpenTelemetry's. */
final class TracingReader {

    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final Set<String> PROTOCOLS = Set.of("http/protobuf");
    private static final Set<String> SAMPLERS = Set.of(
            "always_on",
            "always_off",
            "traceidratio",
            "parentbased_always_on",
            "parentbased_always_off",
            "parentbased_traceidratio");

    /** The form of W3C Baggage without properties: names are tokens of HTTP, values are percent-encoded. */
    private static final Pattern PAIRS;

    static {
        String pair = "\\s*[\\w!#$%&'*+.^`|~-]+\\s*=[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e ]*";
        PAIRS = Pattern.compile("(" + pair + "(," + pair + ")*,?)?");
    }

    private static final String FORM = "name=value, comma separated, each value percent-encoded";

    private static final Pattern RATIO = Pattern.compile("0(\\.[0-9]{1,12})?|1(\\.0{1,12})?|\\.[0-9]{1,12}");

    private final SettingsReader settings;

    TracingReader(SettingsReader settings) {
        this.settings = settings;
    }

    /** Reads the settings; returns nothing if there is no collector. Then the others mean nothing, and may be any text. */
    Optional<Tracing> read() {
        String given = settings.text(Setting.OTEL_EXPORTER_OTLP_ENDPOINT);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        settings.text(
                Setting.OTEL_EXPORTER_OTLP_PROTOCOL, PROTOCOLS, "http/protobuf, which collectors serve on port 4318");
        String headers = settings.text(Setting.OTEL_EXPORTER_OTLP_HEADERS);
        if (!PAIRS.matcher(headers).matches()) {
            settings.secretFault(Setting.OTEL_EXPORTER_OTLP_HEADERS, FORM);
        }
        String attributes = settings.text(Setting.OTEL_RESOURCE_ATTRIBUTES);
        if (!PAIRS.matcher(attributes).matches()) {
            settings.fault(Setting.OTEL_RESOURCE_ATTRIBUTES, attributes, FORM);
        }
        String sampler = settings.text(
                Setting.OTEL_TRACES_SAMPLER,
                SAMPLERS,
                "always_on, always_off, traceidratio, or parentbased_ and one of these");
        double ratio = ratio();
        return endpoint(given)
                .map(endpoint -> new Tracing(
                        endpoint, headers, settings.text(Setting.OTEL_SERVICE_NAME), attributes, sampler, ratio));
    }

    private double ratio() {
        String given = settings.text(Setting.OTEL_TRACES_SAMPLER_ARG);
        if (RATIO.matcher(given).matches()) {
            return Double.parseDouble(given);
        }
        settings.fault(Setting.OTEL_TRACES_SAMPLER_ARG, given, "a share from 0 to 1, such as 0.01");
        return 0;
    }

    private Optional<URI> endpoint(String given) {
        try {
            URI endpoint = URI.create(given);
            String scheme = Objects.toString(endpoint.getScheme(), "").toLowerCase(Locale.ROOT);
            if (SCHEMES.contains(scheme)
                    && endpoint.getHost() != null
                    && endpoint.getUserInfo() == null
                    && endpoint.getQuery() == null) {
                return Optional.of(endpoint);
            }
        } catch (IllegalArgumentException noUrl) {
            // Reported below, like a URL of another scheme.
        }
        settings.fault(
                Setting.OTEL_EXPORTER_OTLP_ENDPOINT,
                given,
                "a URL such as http://127.0.0.1:4318, without user, password and query");
        return Optional.empty();
    }
}
