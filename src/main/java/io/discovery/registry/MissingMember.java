package io.discovery.registry;

/**
 * A member that went without an ordered stop and is not back, as one member tells another.
 *
 * @param id unique for each start of a process
 * @param address address at which its peers reached it, host:port
 * @param micros time since it went, in microseconds
 */
public record MissingMember(String id, String address, long micros) {}
