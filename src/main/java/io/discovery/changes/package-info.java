/**
 * The history: what changed, when, and who asked. A member records what its read copy learns, in a ring of bounded
 * memory, and serves it as JSON and as server-sent events. Imports {@code model}, {@code registry}'s ports, {@code
 * directory}, {@code http}'s public types, {@code json}, {@code sse}, {@code telemetry}, vertx-core and Jackson's trees. Changes
 * come on the threads that bring them, under the lock of the instance's key; streams are confined to their event
 * loops, and workers make lists. Nothing here blocks.
 */
@NullMarked
package io.discovery.changes;

import org.jspecify.annotations.NullMarked;
