/**
 * JSON texts as the seed writes them, for whoever writes or reads some: the wire and the seed's table. Imports Jackson.
 * All of it is pure and safe for all threads.
 */
@NullMarked
package io.discovery.json;

import org.jspecify.annotations.NullMarked;
