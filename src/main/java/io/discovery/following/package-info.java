/**
 * Who waits on an event loop for services to change: requests and streams of clients. A change costs each event loop one
 * task, however many follow. Imports {@code model}, {@code directory} and vertx-core. Followers belong to their event loop;
 * nothing here blocks.
 */
@NullMarked
package io.discovery.following;

import org.jspecify.annotations.NullMarked;
