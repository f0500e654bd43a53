/**
 * The HTTP server: its endpoints and their router (vertx-web), bodies of requests, responses, errors, health. Other
 * packages bring endpoints. Imports {@code model}, {@code registry} and {@code directory} for health and errors, {@code
 * config}, {@code telemetry}, {@code connections}, {@code memory}, {@code json}, vertx-core, vertx-web, and Netty's
 * buffers. Runs on event loops: nothing here blocks.
 */
@NullMarked
package io.discovery.http;

import org.jspecify.annotations.NullMarked;
