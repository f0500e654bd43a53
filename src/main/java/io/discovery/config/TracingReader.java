package io.discovery.config;

import io.discovery.config.Settings.Tracing;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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

    private static final String NAME = "service.name";

    private static final String TRACES = "v1/traces";

    private final SettingsReader settings;

    TracingReader(SettingsReader settings) {
        this.settings = settings;
    }

    /** Returns the setting by which a member with a collector does not trace; nothing if there is none of both. */
    Optional<Setting> off() {
        if (!hasCollector()) {
            return Optional.empty();
        }
        if (settings.caselessText(Setting.OTEL_SDK_DISABLED, Set.of("true", "false"), "true or false")
                .equals("true")) {
            return Optional.of(Setting.OTEL_SDK_DISABLED);
        }
        return settings.caselessText(Setting.OTEL_TRACES_EXPORTER, Set.of("otlp", "none"), "otlp or none")
                        .equals("none")
                ? Optional.of(Setting.OTEL_TRACES_EXPORTER)
                : Optional.empty();
    }

    private boolean hasCollector() {
        return !settings.text(Setting.OTEL_EXPORTER_OTLP_ENDPOINT).isEmpty()
                || !settings.text(Setting.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT).isEmpty();
    }

    /** Reads the settings; returns nothing if there is no collector. Then the others mean nothing, and may be any text. */
    Optional<Tracing> read() {
        if (!hasCollector()) {
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
        return endpoint()
                .map(endpoint -> new Tracing(endpoint, headers, serviceName(attributes), attributes, sampler, ratio));
    }

    /** Returns the name that is set for this, or the one among the attributes, or else the default. */
    private String serviceName(String attributes) {
        if (!settings.given(Setting.OTEL_SERVICE_NAME).isEmpty()) {
            return settings.text(Setting.OTEL_SERVICE_NAME);
        }
        String name = Setting.OTEL_SERVICE_NAME.fallback();
        for (String attribute : attributes.split(",")) {
            String[] pair = attribute.split("=", 2);
            // Of several with one name the last counts, as with all attributes. A text that is no pair is reported
            // by the caller.
            if (pair.length == 2 && pair[0].strip().equals(NAME) && !pair[1].isBlank()) {
                name = decoded(pair[1].strip());
            }
        }
        return name;
    }

    private String decoded(String value) {
        try {
            // Only in forms does a plus stand for a space.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noEncoding) {
            settings.fault(Setting.OTEL_RESOURCE_ATTRIBUTES, value, FORM);
            return value;
        }
    }

    private double ratio() {
        String given = settings.text(Setting.OTEL_TRACES_SAMPLER_ARG);
        if (RATIO.matcher(given).matches()) {
            return Double.parseDouble(given);
        }
        settings.fault(Setting.OTEL_TRACES_SAMPLER_ARG, given, "a share from 0 to 1, such as 0.01");
        return 0;
    }

    /** Returns the URL that traces go to: the one for traces alone, or else one below the one for all that OTLP has. */
    private Optional<URI> endpoint() {
        Optional<URI> base = url(Setting.OTEL_EXPORTER_OTLP_ENDPOINT, "http://127.0.0.1:4318");
        Optional<URI> own = url(Setting.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, "http://127.0.0.1:4318/v1/traces");
        return own.or(() -> base.map(TracingReader::ofTraces));
    }

    private static URI ofTraces(URI base) {
        String text = base.toString();
        return URI.create(text + (text.endsWith("/") ? "" : "/") + TRACES);
    }

    private Optional<URI> url(Setting setting, String example) {
        String given = settings.text(setting);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI endpoint = URI.create(given);
            String scheme = Objects.toString(endpoint.getScheme(), "").toLowerCase(Locale.ROOT);
            if (SCHEMES.contains(scheme)
                    && endpoint.getHost() != null
                    && endpoint.getUserInfo() == null
                    && endpoint.getQuery() == null
                    && endpoint.getFragment() == null) {
                return Optional.of(endpoint);
            }
        } catch (IllegalArgumentException noUrl) {
            // Reported below, like a URL of another scheme.
        }
        settings.fault(setting, given, "a URL such as " + example + ", without user, password, query and fragment");
        return Optional.empty();
    }
}
