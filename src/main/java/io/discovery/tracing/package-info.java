/**
 * Traces of requests and changes, by OpenTelemetry: the adapter of the interfaces of {@code telemetry} and
 * {@code subscription}. The one package that knows OpenTelemetry; no class of it is loaded in a member that does not trace.
 * Spans begin and end on the threads of their work. A thread of OpenTelemetry's sends them.
 */
@NullMarked
package io.discovery.tracing;

import org.jspecify.annotations.NullMarked;
