/** Members under clients that come and go for hours, without growth: ./scripts/check-soak. */
@NullMarked
package io.discovery.soak;

import org.jspecify.annotations.NullMarked;
