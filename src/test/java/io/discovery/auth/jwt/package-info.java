/** Tests of tokens with real keys, from files and from a server of this machine. */
@NullMarked
package io.discovery.auth.jwt;

import org.jspecify.annotations.NullMarked;
