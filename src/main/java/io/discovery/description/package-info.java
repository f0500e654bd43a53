/**
 * The description of the API for tools, OpenAPI 3.1, and its routes. The file {@code openapi.yaml} of the program is its one
 * source. Imports {@code http}'s public types, Jackson and vertx-core. Runs on event loops; workers make the responses once.
 */
@NullMarked
package io.discovery.description;

import org.jspecify.annotations.NullMarked;
