/**
 * Services over DNS: their listed instances as A, AAAA and SRV records below one domain, over UDP and TCP. Imports
 * {@code model}, {@code directory}, the settings of {@code config}, {@code telemetry}, vertx-core for the sockets and
 * dnsjava for messages. One event loop answers queries from memory; the thread that changes the directory updates the
 * index of names.
 */
@NullMarked
package io.discovery.dns;

import org.jspecify.annotations.NullMarked;
