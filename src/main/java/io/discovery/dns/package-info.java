/**
 * Services by DNS: what is listed of them as A, AAAA and SRV records below one domain, over UDP and TCP. Imports
 * {@code model}, {@code directory}, the settings of {@code config}, {@code telemetry}, vertx-core for the sockets and dnsjava
 * for messages. Queries are answered on one event loop, from memory; the index of names is kept by whoever brings a change.
 */
@NullMarked
package io.discovery.dns;

import org.jspecify.annotations.NullMarked;
