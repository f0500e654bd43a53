/**
 * Texts of the command line: JSON that is read and written piece by piece, tables, durations, escapes for terminals, and
 * failures with their exit codes. Imports Jackson's core. Each object is confined to one thread.
 */
@NullMarked
package io.discovery.cli.text;

import org.jspecify.annotations.NullMarked;
