@NullMarked
package io.discovery.reconciliation;

import org.jspecify.annotations.NullMarked;
