/** Bugs that engineers could have made, as patches, to check that the checks of whole members find them. */
@NullMarked
package io.discovery.planted;

import org.jspecify.annotations.NullMarked;
