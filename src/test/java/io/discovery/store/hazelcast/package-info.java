@NullMarked
package io.discovery.store.hazelcast;

import org.jspecify.annotations.NullMarked;
