@org.jspecify.annotations.NullMarked
package io.discovery.memory;
