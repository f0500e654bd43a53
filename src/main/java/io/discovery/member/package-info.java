/**
 * The assembling and the life of a member: every part built with plain constructors, in order, and ended in the
 * opposite order; the start and its warm-up, the meters. Imports all other packages; only {@code Main} imports it.
 */
@NullMarked
package io.discovery.member;

import org.jspecify.annotations.NullMarked;
