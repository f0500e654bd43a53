/**
 * The cluster of members on Hazelcast: joining and leaving, the list of members and of those that are missing, their
 * agreement on settings, and the cluster's clock. Imports {@code model}, {@code registry}, {@code config}, Hazelcast and
 * vertx-core. Joining blocks; the rest is thread-safe.
 */
@NullMarked
package io.discovery.cluster;

import org.jspecify.annotations.NullMarked;
