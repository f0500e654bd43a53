/** Tests of the HTTP server: routes, bodies, connections, and its answers to nonsense. */
@NullMarked
package io.discovery.http;

import org.jspecify.annotations.NullMarked;
