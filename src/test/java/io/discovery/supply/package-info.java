/** Tests of what the program is built of. */
@NullMarked
package io.discovery.supply;

import org.jspecify.annotations.NullMarked;
