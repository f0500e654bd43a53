/**
 * TLS by files: certificates in PEM form, or a shared secret; whether what they hold fits together, and engines for
 * connections on which both sides prove themselves. Files are read again when they change. Imports Netty, which reads
 * keys in PEM form. Reading blocks; the engines are for any thread.
 */
@NullMarked
package io.discovery.tls;

import org.jspecify.annotations.NullMarked;
