/**
 * The way of a change to its subscribers: a change marks its service, one thread notifies subscribers, and each event
 * loop notifies its requests and streams, so that a change costs each loop one task, however many follow. Imports
 * {@code model}, {@code directory} and vertx-core. Listeners are confined to their event loop; nothing on a loop
 * blocks.
 */
@NullMarked
package io.discovery.subscription;

import org.jspecify.annotations.NullMarked;
