@NullMarked
package io.discovery.watch;

import org.jspecify.annotations.NullMarked;
