@NullMarked
package io.discovery.xds;

import org.jspecify.annotations.NullMarked;
