/**
 * This member's complete read copy of the registry: changes go in through the merge, one immutable snapshot for each
 * service comes out. Imports {@code model} alone. Any thread may write; readers never wait for a writer of another
 * service.
 */
@NullMarked
package io.discovery.directory;

import org.jspecify.annotations.NullMarked;
