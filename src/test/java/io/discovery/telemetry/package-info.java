@NullMarked
package io.discovery.telemetry;

import org.jspecify.annotations.NullMarked;
