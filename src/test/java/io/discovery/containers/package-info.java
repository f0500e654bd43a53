/**
 * The image and the file for Compose in real containers. The tests run where {@code discovery.containers} is set, as
 * {@code scripts/check-containers} does, which has built the image before.
 */
@NullMarked
package io.discovery.containers;

import org.jspecify.annotations.NullMarked;
