/**
 * Backends from plug-ins: finds them on the class path and in {@code plugins/*.jar}, and tells their faults apart from
 * the program's. Imports the port in {@code registry}, nothing else beside the JDK. Runs on the main thread, at the
 * start.
 */
@NullMarked
package io.discovery.backend.plugin;

import org.jspecify.annotations.NullMarked;
