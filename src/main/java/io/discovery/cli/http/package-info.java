/**
 * The HTTP client of the command line: the members that the user names, asked in turn, with tokens and certificates.
 * Imports {@code cli.text} and the JDK's HttpClient. A command's thread waits for each answer; bodies are received by
 * threads of the client.
 */
@NullMarked
package io.discovery.cli.http;

import org.jspecify.annotations.NullMarked;
