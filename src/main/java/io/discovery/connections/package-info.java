/**
 * The TCP connections of HTTP clients, below HTTP: their number, the time that each may take, and the memory of
 * responses that clients do not read. Imports {@code memory}, vertx-core's transport and Netty's channels. Each
 * connection is confined to one event loop; nothing here blocks.
 */
@NullMarked
package io.discovery.connections;

import org.jspecify.annotations.NullMarked;
