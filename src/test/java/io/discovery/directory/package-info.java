@NullMarked
package io.discovery.directory;

import org.jspecify.annotations.NullMarked;
