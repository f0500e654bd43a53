package io.discovery.registry;

/**
 * The client that asked for a change.
 *
 * @param address where its request came from; empty if unknown
 * @param identity empty for a client without one
 */
public record Asker(String address, String identity) {}
