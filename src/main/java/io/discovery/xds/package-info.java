/**
 * Renderings of snapshots for Envoy and gRPC: the xDS protocol, version 3. Over gRPC on the port of HTTP, state of the
 * world and incremental, with one type of resources or all on a stream; over REST for endpoints and the rest.
 *
 * <p>Endpoints are the instances that the directory lists. Listeners, routes and clusters depend on a service's name
 * alone, and so exist for every name: an unregistered service has no endpoints, and is never reported as deleted.
 * Versions are hashes of content, equal on every member. Imports {@code model}, {@code directory}, {@code http},
 * {@code json}, {@code memory} and {@code telemetry}, Vert.x and Envoy's messages. A stream is confined to the event
 * loop of its connection.
 */
@NullMarked
package io.discovery.xds;

import org.jspecify.annotations.NullMarked;
