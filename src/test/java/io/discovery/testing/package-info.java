/** Real members and real clients for the tests of all packages. */
@NullMarked
package io.discovery.testing;

import org.jspecify.annotations.NullMarked;
