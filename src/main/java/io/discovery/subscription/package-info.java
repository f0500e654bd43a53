/**
 * The one way of a change to all who wait for it: a change marks its service, one thread tells who follows it, and each event loop
 * tells its requests and streams, so that a change costs each loop one task, however many follow. Imports {@code model},
 * {@code directory} and vertx-core. Listeners belong to their event loop; nothing on a loop blocks.
 */
@NullMarked
package io.discovery.subscription;

import org.jspecify.annotations.NullMarked;
