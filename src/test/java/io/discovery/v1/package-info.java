/** Tests of v1: every byte on the wire, with which settings, and after which times. */
@NullMarked
package io.discovery.v1;

import org.jspecify.annotations.NullMarked;
