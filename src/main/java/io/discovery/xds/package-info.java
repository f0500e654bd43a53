/**
 * Renderings of snapshots for Envoy and gRPC: the xDS protocol, version 3. By gRPC on the port of HTTP, the state of the
 * world and incremental, one type of resources or all on a stream; by REST for endpoints and the rest.
 *
 * <p>Endpoints are what the directory lists. Listeners, routes and clusters are functions of a service's name, and so exist
 * for every name: what is not registered is a service without endpoints, never one that was deleted. Versions are hashes of
 * content, equal on every member. Imports {@code model}, {@code directory}, {@code http}, {@code json},
 * {@code memory} and {@code telemetry}, Vert.x and Envoy's messages. A stream belongs to the event loop of its connection.
 */
@NullMarked
package io.discovery.xds;

import org.jspecify.annotations.NullMarked;
