/** Tests of the description of the API. */
@NullMarked
package io.discovery.description;

import org.jspecify.annotations.NullMarked;
