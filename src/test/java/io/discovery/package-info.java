@NullMarked
package io.discovery;

import org.jspecify.annotations.NullMarked;
