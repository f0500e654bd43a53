@NullMarked
package io.discovery.storage;

import org.jspecify.annotations.NullMarked;
