package io.discovery.watchers;

import java.util.List;

/** The members that clients may ask, and their addresses. Thread-safe. */
public interface Members {

    /** Returns the numbers of the members that belong to the cluster, those that are down included. */
    List<Integer> present();

    String address(int member);

    /** Returns the port of HTTP of all members. */
    int port();

    /** Returns the port of DNS of all members. */
    int dnsPort();
}
