@NullMarked
package io.discovery.dns;

import org.jspecify.annotations.NullMarked;
