@NullMarked
package io.discovery.clients;

import org.jspecify.annotations.NullMarked;
