@NullMarked
package io.discovery.config;

import org.jspecify.annotations.NullMarked;
