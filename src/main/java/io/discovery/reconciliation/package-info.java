/**
 * The comparisons that keep all copies equal, whatever is lost: of this member with its peers and with the map, and the
 * way back of a member that was in another half of a split or stood still. Imports {@code model}, {@code registry},
 * {@code cluster}, {@code directory}, {@code subscription} and {@code telemetry}. Comparisons block, and run on threads
 * of their own; event loops and Hazelcast's partition threads ask {@link io.discovery.reconciliation.CatchUp} meanwhile.
 */
@NullMarked
package io.discovery.reconciliation;

import org.jspecify.annotations.NullMarked;
