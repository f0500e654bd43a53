/**
 * How fast it is, as ratios to what the machine can do at most in the same minutes: ./scripts/bench; what it takes of
 * memory, and what stays in it: ./scripts/check-million, ./scripts/check-churn.
 */
@NullMarked
package io.discovery.bench;

import org.jspecify.annotations.NullMarked;
