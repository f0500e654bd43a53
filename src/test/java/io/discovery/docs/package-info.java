@NullMarked
package io.discovery.docs;

import org.jspecify.annotations.NullMarked;
