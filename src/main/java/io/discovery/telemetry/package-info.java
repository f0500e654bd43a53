/**
 * What a member tells of itself in numbers: Micrometer meters for Prometheus, and the seed's statsd counters. Imports
 * {@code model}, {@code config}, Micrometer and vertx-core. Safe for all threads.
 */
@NullMarked
package io.discovery.telemetry;

import org.jspecify.annotations.NullMarked;
