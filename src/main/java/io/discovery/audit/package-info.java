/**
 * The audit log of a member: a line of JSON for each change and each refusal, each with the hash of the line before; the
 * file that takes the lines, and the check of files. Requests hand over events on any thread and never wait; one thread
 * writes.
 */
@NullMarked
package io.discovery.audit;

import org.jspecify.annotations.NullMarked;
