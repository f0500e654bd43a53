/**
 * The settings of a member: read once from the environment, checked, immutable. All faults are reported at once.
 * Imports {@code model} alone.
 */
@NullMarked
package io.discovery.config;

import org.jspecify.annotations.NullMarked;
