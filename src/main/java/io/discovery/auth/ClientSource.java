package io.discovery.auth;

/** The place that a request comes from. Asked only where it matters, since most requests need no answer. */
public interface ClientSource {

    /** Returns the address, or of IPv6 the network, whose 64 bits come first: a client may have all addresses in it. */
    String network();

    /** Returns whether the client has gone, so that no work for it needs to begin. From any thread. */
    boolean isGone();
}
