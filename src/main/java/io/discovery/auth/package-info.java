/**
 * Identities of clients: what proves them, and what they may do. The content of AUTH_FILE is an immutable value in which
 * proofs are looked up. Knows nothing of HTTP. All types are for any thread.
 */
@NullMarked
package io.discovery.auth;

import org.jspecify.annotations.NullMarked;
