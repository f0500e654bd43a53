/**
 * What any service on a JVM needs: an end for fatal errors, tuning and watching of the heap, the level and form of the log, periodic
 * tasks, version and help. Imports {@code config} for the help and {@code memory}; knows nothing of registrations.
 */
@NullMarked
package io.discovery.process;

import org.jspecify.annotations.NullMarked;
