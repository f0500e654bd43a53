/**
 * The command line {@code discovery}: a program of its own, in a jar of its own, that speaks to members over HTTP alone.
 * Imports nothing of the project but {@code cli.http} and {@code cli.text}, and picocli; nothing of the project imports
 * it. Commands run on the main thread, and those that read many lists on a few more.
 */
@NullMarked
package io.discovery.cli;

import org.jspecify.annotations.NullMarked;
