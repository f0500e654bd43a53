/**
 * Renderings of snapshots for Prometheus: the lists of targets that its HTTP service discovery polls, of one service or
 * of all. Imports {@code model}, {@code directory}, {@code http}'s public types, {@code json}, vertx-core and Netty's
 * buffers. Runs on any event loop; nothing here blocks.
 */
@NullMarked
package io.discovery.prometheus;

import org.jspecify.annotations.NullMarked;
