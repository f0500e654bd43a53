@NullMarked
package io.discovery.registry;

import org.jspecify.annotations.NullMarked;
