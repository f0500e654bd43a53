@NullMarked
package io.discovery.abuse;

import org.jspecify.annotations.NullMarked;
