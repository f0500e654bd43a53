package io.discovery.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** All metrics of a member; src/docs/metrics.md has the meaning of each. */
public final class Meters implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Requests, Timer> requests = new ConcurrentHashMap<>();
    /** The labels of a series of requests. */
    private record Requests(String route, int status) {}

    private final List<LongSupplier> totals = new CopyOnWriteArrayList<>();
    private final JvmGcMetrics gc = new JvmGcMetrics();

    public Meters() {
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /**
     * Records a response.
     *
     * @param route one of the few names of routes, never a path
     */
    public void answered(String route, int status, long nanos) {
        requests.computeIfAbsent(
                        new Requests(route, status),
                        key -> Timer.builder("discovery.http.requests")
                                .tag("route", route)
                                .tag("status", Integer.toString(status))
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    public void gauge(String name, LongSupplier value) {
        Gauge.builder(name, value, LongSupplier::getAsLong)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Registers a counter.
     *
     * @param total must never decrease
     */
    public void counter(String name, LongSupplier total) {
        register(FunctionCounter.builder(name, total, LongSupplier::getAsLong), total);
    }

    /**
     * Registers one series of a counter with a label.
     *
     * @param value one of a few
     * @param total must never decrease
     */
    public void counter(String name, String label, String value, LongSupplier total) {
        register(FunctionCounter.builder(name, total, LongSupplier::getAsLong).tag(label, value), total);
    }

    private void register(FunctionCounter.Builder<LongSupplier> counter, LongSupplier total) {
        // Micrometer only holds a weak reference to it.
        totals.add(total);
        counter.register(registry);
    }

    public Counter counter(String name) {
        return Counter.builder(name).register(registry);
    }

    /** Returns all metrics in Prometheus's text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
