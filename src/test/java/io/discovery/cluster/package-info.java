@NullMarked
package io.discovery.cluster;

import org.jspecify.annotations.NullMarked;
