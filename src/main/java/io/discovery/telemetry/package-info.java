/**
 * A member's metrics: Micrometer meters for Prometheus, and the seed's statsd counters. Imports {@code model},
 * {@code config}, Micrometer and vertx-core. Thread-safe.
 */
@NullMarked
package io.discovery.telemetry;

import org.jspecify.annotations.NullMarked;
