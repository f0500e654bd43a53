/** Tests of the console: its files, what a member sends of them, and the page in a real browser. */
@NullMarked
package io.discovery.console;

import org.jspecify.annotations.NullMarked;
