@NullMarked
package io.discovery.clustering;

import org.jspecify.annotations.NullMarked;
