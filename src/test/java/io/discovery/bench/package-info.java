/** How fast it is, as ratios to what the machine can do at most in the same minutes: ./scripts/bench. */
@NullMarked
package io.discovery.bench;

import org.jspecify.annotations.NullMarked;
