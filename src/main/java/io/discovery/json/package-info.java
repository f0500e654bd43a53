/**
 * JSON texts in the seed's spelling, for the HTTP API and the seed's table. Imports Jackson. All of it is pure and
 * thread-safe.
 */
@NullMarked
package io.discovery.json;

import org.jspecify.annotations.NullMarked;
