/**
 * The values and rules of the registry: registrations, the merge of two copies, the end of leases, and changes.
 * Everything here is immutable, synchronous and free of I/O, threads and clocks; it imports nothing but
 * {@code java.lang}, {@code java.util}, {@code java.time} and address literals of {@code java.net}.
 *
 * <p>Times are microseconds since the epoch by the cluster's clock, everywhere.
 */
@NullMarked
package io.discovery.model;

import org.jspecify.annotations.NullMarked;
