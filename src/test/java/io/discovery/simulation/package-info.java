/**
 * Whole clusters in one thread, with a clock that jumps from event to event: thousands of histories a minute of members
 * that die, stand still, split and merge, judged against the promises of src/docs/guarantees.md.
 *
 * <p>Real are the packages {@code model}, {@code registry}, {@code directory}, {@code reconciliation}, the cluster's
 * clock and {@code Subscriptions}. Modelled are Hazelcast's map and membership, the network, machines, clients and the
 * loops that threads of a member run. A call that blocks in the product runs all other events meanwhile, so histories
 * interleave as threads would.
 *
 * <p>A history is a list of steps that its seed alone decides, and so are delays: each is a hash of the seed, the time
 * and the two ends of the message, not the next number of one stream. A history without one of its steps is therefore
 * the same in all else, and shrinks well. The package generates and shrinks by itself: a seed of a report stays valid
 * whatever a library's next version does, and a run costs no more than its events.
 */
@NullMarked
package io.discovery.simulation;

import org.jspecify.annotations.NullMarked;
