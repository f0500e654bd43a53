/**
 * The registry as a Hazelcast map: changes are entry processors on the owner, values are objects, members send them in
 * Compact serialization, and copies are merged. Imports {@code model}, {@code registry}, Vert.x's {@code Future} and
 * Hazelcast. Processors, and through them the listener of {@link io.discovery.store.hazelcast.WriteListener}, run on
 * Hazelcast's partition threads; listeners to its events run on its event threads.
 */
@NullMarked
package io.discovery.store.hazelcast;

import org.jspecify.annotations.NullMarked;
