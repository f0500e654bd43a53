/**
 * Streams of server-sent events (WHATWG HTML, 9.2), whatever they tell: their heads, their writer, and the comments that
 * show that they live. Imports {@code http}'s public types and vertx-core. A stream is confined to its event loop;
 * nothing here blocks.
 */
@NullMarked
package io.discovery.sse;

import org.jspecify.annotations.NullMarked;
