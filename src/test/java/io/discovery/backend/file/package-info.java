@NullMarked
package io.discovery.backend.file;

import org.jspecify.annotations.NullMarked;
