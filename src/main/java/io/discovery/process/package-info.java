/**
 * Process-level utilities for a service on a JVM: a handler of fatal errors, tuning and monitoring of the heap, level
 * and format of the log, periodic tasks, version and help. Imports {@code json} for the
 * log and {@code memory}; knows nothing of registrations.
 */
@NullMarked
package io.discovery.process;

import org.jspecify.annotations.NullMarked;
