/** Tests of the command line's texts. */
@NullMarked
package io.discovery.cli.text;

import org.jspecify.annotations.NullMarked;
