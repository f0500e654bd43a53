/** Whether members stay as they are over hours of clients that come and go: ./scripts/check-soak. */
@NullMarked
package io.discovery.soak;

import org.jspecify.annotations.NullMarked;
