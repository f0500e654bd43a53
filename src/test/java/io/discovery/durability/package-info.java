@NullMarked
package io.discovery.durability;

import org.jspecify.annotations.NullMarked;
