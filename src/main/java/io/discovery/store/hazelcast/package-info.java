/**
 * The registry as a Hazelcast map: changes as entry processors on the owner, values in Compact serialization, copies met
 * by the merge. Imports {@code model}, {@code registry}, Vert.x's {@code Future} and Hazelcast. Processors run on
 * Hazelcast's partition threads, listeners on its event threads.
 */
@NullMarked
package io.discovery.store.hazelcast;

import org.jspecify.annotations.NullMarked;
