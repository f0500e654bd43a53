@NullMarked
package io.discovery.connections;

import org.jspecify.annotations.NullMarked;
