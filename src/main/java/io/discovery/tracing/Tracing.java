package io.discovery.tracing;

import io.discovery.config.Settings;
import io.discovery.model.RedactedUrl;
import io.discovery.subscription.DeliveryWatch;
import io.discovery.telemetry.ChangeTracing;
import io.discovery.telemetry.Meters;
import io.discovery.telemetry.RequestTracing;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The traces of a member: OpenTelemetry's SDK, which sends them to a collector by OTLP, and the spans that it gets. The SDK
 * reads variables of OpenTelemetry that the settings do not have, such as OTEL_BSP_MAX_QUEUE_SIZE, itself.
 *
 * <p>A collector that is slow or gone costs spans and nothing else: spans wait in a queue of a fixed size, and a full queue
 * drops them.
 */
public final class Tracing implements AutoCloseable {

    /** Time for the last spans at the stop. */
    private static final Duration LAST_SPANS = Duration.ofSeconds(2);
    /** The SDK's default of OTEL_EXPORTER_OTLP_TIMEOUT, which it holds the head of an answer to, and not the body. */
    private static final Duration SEND = Duration.ofSeconds(10);
    /** Time for the body of an answer after that. */
    private static final Duration REST_OF_AN_ANSWER = Duration.ofSeconds(5);

    /** Maximum characters of a value, by which a queue of 2048 spans holds less than 10 MB. */
    private static final String LONGEST_VALUE = "256";

    private static final String QUEUE = "2048";

    /** The SDK's own lines: this package says what there is to say, and theirs may quote secrets. */
    private static final Logger LINES_OF_THE_SDK = Logger.getLogger("io.opentelemetry");

    private final OpenTelemetrySdk sdk;
    private final RequestSpans requests;
    private final ChangeSpans changes;
    private final WatcherSpans watchers;

    private Tracing(OpenTelemetrySdk sdk, BooleanSupplier isScarce) {
        this.sdk = sdk;
        Tracer tracer = sdk.getTracer("io.discovery");
        this.requests = new RequestSpans(tracer, isScarce);
        this.changes = new ChangeSpans(tracer);
        this.watchers = new WatcherSpans(tracer);
    }

    /** A setting of OpenTelemetry that the SDK does not take. */
    public static final class UnusableTracingException extends RuntimeException {

        private static final long serialVersionUID = 1;

        private static final Pattern PROPERTY = Pattern.compile("otel(\\.[a-z0-9]++)++");

        private UnusableTracingException(String message) {
            super(message);
        }

        /**
         * Returns a failure that names the variable whose name the SDK's message has, if the environment has it. It quotes
         * nothing else: messages of the SDK's have values, those of headers too.
         */
        static UnusableTracingException of(RuntimeException refused, Set<String> environment) {
            String variable = PROPERTY.matcher(Objects.toString(refused.getMessage(), ""))
                    .results()
                    .map(property -> property.group().toUpperCase(Locale.ROOT).replace('.', '_'))
                    .filter(environment::contains)
                    .findFirst()
                    .orElse("a variable that begins with OTEL_");
            return new UnusableTracingException("OpenTelemetry does not take " + variable + " ("
                    + refused.getClass().getSimpleName() + ")");
        }
    }

    /**
     * A member as its traces name it.
     *
     * @param address host and port for members
     */
    public record Origin(String address, String version) {}

    /** Prepares for traces; to be called before Vert.x is created. */
    public static void prepare() {
        CurrentTrace.prepare();
    }

    /**
     * Begins to trace, after {@link #prepare}.
     *
     * @param isScarce whether the heap has no room for spans
     * @throws UnusableTracingException if the SDK does not take a variable of the environment
     */
    public static Tracing begin(Settings.Tracing settings, Origin member, Meters meters, BooleanSupplier isScarce) {
        LINES_OF_THE_SDK.setLevel(Level.OFF);
        Parts parts = new Parts(settings, member);
        Tracing tracing = new Tracing(parts.sdk(), isScarce);
        meters.counter("discovery.traces.spans.sent", parts::sent);
        meters.counter("discovery.traces.spans.dropped", parts::dropped);
        return tracing;
    }

    /** The parts of the SDK. */
    private static final class Parts {
        private final Settings.Tracing settings;
        private final Origin member;
        private final QueueDrops queue = new QueueDrops();
        private @Nullable WatchedExporter exporter;

        Parts(Settings.Tracing settings, Origin member) {
            this.settings = settings;
            this.member = member;
        }

        OpenTelemetrySdk sdk() {
            try {
                return AutoConfiguredOpenTelemetrySdk.builder()
                        .disableShutdownHook()
                        .addPropertiesSupplier(() -> Map.of(
                                "otel.attribute.value.length.limit", LONGEST_VALUE, "otel.bsp.max.queue.size", QUEUE))
                        .addPropertiesCustomizer(given -> properties())
                        .addMeterProviderCustomizer((meters, all) -> meters.registerMetricReader(queue))
                        .addSpanExporterCustomizer(this::watched)
                        .build()
                        .getOpenTelemetrySdk();
            } catch (ConfigurationException | IllegalArgumentException | IllegalStateException refused) {
                throw UnusableTracingException.of(refused, System.getenv().keySet());
            }
        }

        /** Returns what the settings say, which counts more than the environment that they were read from. */
        private Map<String, String> properties() {
            Map<String, String> properties = new HashMap<>();
            properties.put("otel.traces.exporter", "otlp");
            properties.put("otel.metrics.exporter", "none");
            properties.put("otel.logs.exporter", "none");
            properties.put("otel.propagators", "tracecontext");
            properties.put("otel.sdk.disabled", "false");
            properties.put(
                    "otel.exporter.otlp.traces.endpoint", settings.endpoint().toString());
            properties.put("otel.exporter.otlp.headers", settings.headers());
            properties.put("otel.exporter.otlp.protocol", "http/protobuf");
            properties.put("otel.exporter.otlp.traces.protocol", "http/protobuf");
            properties.put("otel.service.name", settings.serviceName());
            properties.put("otel.resource.attributes", attributes());
            properties.put("otel.traces.sampler", settings.sampler());
            properties.put("otel.traces.sampler.arg", Double.toString(settings.ratio()));
            return properties;
        }

        /** Returns the attributes of this member, of which those in the settings, at the end, count more. */
        private String attributes() {
            return "service.instance.id=" + member.address() + ",service.version=" + member.version() + ","
                    + settings.attributes();
        }

        private SpanExporter watched(SpanExporter given, ConfigProperties all) {
            WatchedExporter watched = new WatchedExporter(
                    inCallingThread(given, all),
                    RedactedUrl.of(settings.endpoint().toString()),
                    timeout(all).plus(REST_OF_AN_ANSWER));
            exporter = watched;
            return watched;
        }

        /** Returns an exporter like the given one, which it takes the place of, that sends in the thread of its caller. */
        private static SpanExporter inCallingThread(SpanExporter given, ConfigProperties all) {
            OtlpHttpSpanExporterBuilder builder =
                    ((OtlpHttpSpanExporter) given).toBuilder().setExecutorService(new CallingThread());
            if (all.getBoolean("otel.java.exporter.otlp.retry.disabled", false)) {
                // A builder that is made of an exporter without retries has them again.
                builder.setRetryPolicy(null);
            }
            given.shutdown();
            return builder.build();
        }

        /** Returns the SDK's limit for a send up to the head of its answer; zero sets none there, but does here. */
        private static Duration timeout(ConfigProperties all) {
            Duration general = all.getDuration("otel.exporter.otlp.timeout", SEND);
            Duration timeout = all.getDuration("otel.exporter.otlp.traces.timeout", general);
            return timeout.isZero() ? SEND : timeout;
        }

        long sent() {
            return exporter == null ? 0 : exporter.sent();
        }

        long dropped() {
            return queue.count() + (exporter == null ? 0 : exporter.dropped());
        }
    }

    public RequestTracing requests() {
        return requests;
    }

    public ChangeTracing changes() {
        return changes;
    }

    public DeliveryWatch watchers() {
        return watchers;
    }

    /** Returns the ids of the trace in which the calling thread works, as fields of a line of the log. */
    public static Map<String, String> logFields() {
        SpanContext span = CurrentTrace.span();
        if (span == null) {
            return Map.of();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("trace_id", span.getTraceId());
        fields.put("span_id", span.getSpanId());
        return fields;
    }

    /** Sends what waits, for 2 s at most. */
    @Override
    public void close() {
        sdk.shutdown().join(LAST_SPANS.toMillis(), TimeUnit.MILLISECONDS);
    }
}
