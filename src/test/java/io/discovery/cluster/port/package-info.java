@NullMarked
package io.discovery.cluster.port;

import org.jspecify.annotations.NullMarked;
