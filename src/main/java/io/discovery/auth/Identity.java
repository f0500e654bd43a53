package io.discovery.auth;

/**
 * A client, or a kind of clients, by the name that logs and messages use.
 *
 * @param isSelfOnly whether it may change no other instances than those with the address from which it comes
 */
public record Identity(String name, Grants grants, boolean isSelfOnly) {}
