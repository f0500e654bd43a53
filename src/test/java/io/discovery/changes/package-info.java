/** Tests of the history, on a directory and on members in this process. */
@NullMarked
package io.discovery.changes;

import org.jspecify.annotations.NullMarked;
