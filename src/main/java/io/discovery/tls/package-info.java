/**
 * TLS by PEM files: what they say, whether they fit together, and engines for connections on which both sides show a
 * certificate. Files are read again when they change. Imports Netty, which reads keys in PEM form. Reading blocks; the
 * engines are for any thread.
 */
@NullMarked
package io.discovery.tls;

import org.jspecify.annotations.NullMarked;
