@NullMarked
package io.discovery.backend.dynamodb;

import org.jspecify.annotations.NullMarked;
