/**
 * The backend beside the registry: members load stored registrations at the start, write changes behind, and read a
 * shared table again. Imports {@code model}, {@code registry}, {@code directory}, {@code cluster}, {@code config},
 * {@code process} and {@code telemetry}. Backends block, so each works on a thread of its own.
 */
@NullMarked
package io.discovery.durability;

import org.jspecify.annotations.NullMarked;
