/**
 * Clients that hold the lists of a cluster under faults in every way that a member offers: server-sent events, long
 * polls, xDS, Prometheus's lists, DNS. Each notes in a {@link io.discovery.history.History} what it was told, and from
 * when to when it held what. Each has a thread of its own, and moves to another member when its own is gone.
 */
@NullMarked
package io.discovery.watchers;

import org.jspecify.annotations.NullMarked;
