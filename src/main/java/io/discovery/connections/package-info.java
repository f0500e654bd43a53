/**
 * The TCP connections of HTTP clients, below HTTP: how many there may be, how long each may take, and how much memory
 * answers may hold that clients do not read. Imports {@code memory}, vertx-core's transport and Netty's channels. Each connection belongs to one event loop; nothing here blocks.
 */
@NullMarked
package io.discovery.connections;

import org.jspecify.annotations.NullMarked;
