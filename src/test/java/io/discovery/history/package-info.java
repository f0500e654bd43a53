/**
 * Histories of what clients of real members asked and saw, and their judgement against the promises of
 * src/docs/reliability.md. The words are Jepsen's: a client's operation has an outcome, which is ok, fail or info
 * (unknown); a checker judges the history. Nothing here starts a process: the package {@code faults} does.
 */
@NullMarked
package io.discovery.history;

import org.jspecify.annotations.NullMarked;
