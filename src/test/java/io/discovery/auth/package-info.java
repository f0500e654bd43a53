/** Tests of {@link io.discovery.auth}. */
@NullMarked
package io.discovery.auth;

import org.jspecify.annotations.NullMarked;
