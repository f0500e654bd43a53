/**
 * Tokens of clients (JSON Web Tokens, RFC 7519) and the public keys of their issuer (RFC 7517). Imports {@code process}
 * and {@code tls} for files and authorities, Vert.x for the forms of keys, and Jackson. Keys are read on one thread, which
 * may block; tokens are verified on any.
 */
@NullMarked
package io.discovery.auth.jwt;

import org.jspecify.annotations.NullMarked;
