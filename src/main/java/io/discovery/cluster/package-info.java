/**
 * The cluster of members on Hazelcast: joining and leaving, who is there, whether they agree, and its clock. Imports
 * {@code model}, {@code registry}, {@code config}, Hazelcast and vertx-core. Joining blocks; the rest is safe for all
 * threads.
 */
@NullMarked
package io.discovery.cluster;

import org.jspecify.annotations.NullMarked;
