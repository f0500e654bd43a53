/**
 * Streams of changes as server-sent events (WHATWG HTML, 9.2): of one service, or of all. The data of an event is the
 * v1 JSON that {@code http} makes. Imports {@code model}, {@code directory}, {@code subscription}, {@code http}'s
 * public types, {@code sse}, {@code json}, {@code telemetry}, vertx-core and Netty's buffers. A stream is confined to its event
 * loop; nothing here blocks.
 */
@NullMarked
package io.discovery.watch;

import org.jspecify.annotations.NullMarked;
