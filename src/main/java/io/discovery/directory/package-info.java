/**
 * This member's whole read copy of the registry: changes go in through the merge, one immutable snapshot a service comes
 * out. Imports {@code model} alone. Writers are any thread; readers never wait for a writer of another service.
 */
@NullMarked
package io.discovery.directory;

import org.jspecify.annotations.NullMarked;
