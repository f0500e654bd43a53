@NullMarked
package io.discovery.json;

import org.jspecify.annotations.NullMarked;
