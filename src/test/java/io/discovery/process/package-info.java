@NullMarked
package io.discovery.process;

import org.jspecify.annotations.NullMarked;
