/**
 * The v1 routes: what comes in as form or JSON, what goes out in the seed's wire format, and the one table of failures.
 * Imports {@code model}, {@code registry}, {@code directory}, {@code following}, {@code config}, {@code telemetry},
 * {@code connections}, {@code memory}, vertx-core, Jackson, and Netty's form decoders. Runs on event loops: nothing here blocks.
 */
@NullMarked
package io.discovery.http;

import org.jspecify.annotations.NullMarked;
