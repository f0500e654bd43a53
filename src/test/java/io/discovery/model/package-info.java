@NullMarked
package io.discovery.model;

import org.jspecify.annotations.NullMarked;
