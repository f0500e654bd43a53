/**
 * The console for browsers: its files, made into responses once. Imports {@code http}'s public types and vertx-core. Runs
 * on any event loop; only the start reads files.
 */
@NullMarked
package io.discovery.console;

import org.jspecify.annotations.NullMarked;
