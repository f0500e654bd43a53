/**
 * The backend beside the registry: what is stored is loaded at the start, what changes is written behind, and a table that members
 * share is read again. Imports {@code model}, {@code registry}, {@code directory}, {@code cluster}, {@code config}, {@code process}
 * and {@code telemetry}. Backends block, so each works on a thread of its own.
 */
@NullMarked
package io.discovery.durability;

import org.jspecify.annotations.NullMarked;
