/**
 * The speed of a member beside the most that the machine can do in the same minutes: ./scripts/bench; its memory, and
 * what stays in it: ./scripts/check-million, ./scripts/check-churn.
 */
@NullMarked
package io.discovery.bench;

import org.jspecify.annotations.NullMarked;
