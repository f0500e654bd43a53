/** Traces, as a collector of the tests' own receives them from members in processes of their own. */
@NullMarked
package io.discovery.tracing;

import org.jspecify.annotations.NullMarked;
