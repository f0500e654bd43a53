/** Tests of the wire: what every byte of v1 is, with which settings, after which times, and against which nonsense. */
@NullMarked
package io.discovery.http;

import org.jspecify.annotations.NullMarked;
