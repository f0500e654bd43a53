@NullMarked
package io.discovery.subscription;

import org.jspecify.annotations.NullMarked;
