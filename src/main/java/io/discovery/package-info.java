/**
 * The program: reads the settings, builds a {@link io.discovery.Member} with plain constructors, in order, and ends it
 * in order. May import everything; nothing imports it.
 */
@NullMarked
package io.discovery;

import org.jspecify.annotations.NullMarked;
