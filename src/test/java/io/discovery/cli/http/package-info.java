/** Tests of the command line's HTTP client. */
@NullMarked
package io.discovery.cli.http;

import org.jspecify.annotations.NullMarked;
