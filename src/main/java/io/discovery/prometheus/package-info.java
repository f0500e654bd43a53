/**
 * Renderings of snapshots for Prometheus: the lists of targets that its HTTP service discovery asks for again and again, of one
 * service or of all. Imports {@code model}, {@code directory}, {@code http}'s public types, {@code json}, vertx-core and Netty's
 * buffers. Answers on any event loop; nothing here blocks.
 */
@NullMarked
package io.discovery.prometheus;

import org.jspecify.annotations.NullMarked;
