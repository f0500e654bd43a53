@NullMarked
package io.discovery.prometheus;

import org.jspecify.annotations.NullMarked;
