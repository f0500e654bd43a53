/**
 * Fuzzing of the parsers that read bytes from outside. Each target stands in the package of its parser; here are the
 * list of all targets, the bounds that each input must keep, and the runs: with Jazzer, guided by coverage
 * (scripts/check-fuzz), and a short one among the unit tests.
 */
@NullMarked
package io.discovery.fuzz;

import org.jspecify.annotations.NullMarked;
