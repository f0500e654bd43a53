/**
 * The registry as a Hazelcast map: changes as entry processors on the owner, values as objects, in Compact serialization
 * between members, copies met by the merge. Imports {@code model}, {@code registry}, Vert.x's {@code Future} and Hazelcast.
 * Processors, and through them the listener of {@link io.discovery.store.hazelcast.Writes}, run on Hazelcast's partition
 * threads; its events, while they are listened to, on event threads.
 */
@NullMarked
package io.discovery.store.hazelcast;

import org.jspecify.annotations.NullMarked;
