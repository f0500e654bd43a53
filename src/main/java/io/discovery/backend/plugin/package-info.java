/**
 * Backends that others have written: finds them on the class path and in {@code plugins/*.jar}, and keeps what goes wrong
 * in them apart from what goes wrong in the program. Imports the port in {@code registry}, nothing else beside the JDK.
 * Runs on the main thread, at the start.
 */
@NullMarked
package io.discovery.backend.plugin;

import org.jspecify.annotations.NullMarked;
