/** Tests of the command line: its rules in this process, and the program from its jar against real members. */
@NullMarked
package io.discovery.cli;

import org.jspecify.annotations.NullMarked;
