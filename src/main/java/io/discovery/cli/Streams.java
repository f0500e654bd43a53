package io.discovery.cli;

import io.discovery.cli.text.Output;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * The standard streams, and which of them are terminals.
 *
 * @param terminals {@code out} and {@code err}, as far as they are
 */
record Streams(InputStream in, Output out, Output err, List<String> terminals) {

    /** Set by the launcher: Java could tell only whether all streams together are a terminal. */
    private static final String TERMINALS = "discovery.terminals";

    Streams {
        terminals = List.copyOf(terminals);
    }

    static Streams ofProcess() {
        String known = System.getProperty(TERMINALS, "");
        return new Streams(
                new FileInputStream(FileDescriptor.in),
                new Output(new FileOutputStream(FileDescriptor.out)),
                new Output(new FileOutputStream(FileDescriptor.err)),
                Arrays.asList(known.split(",")));
    }

    /** Returns whether people see the output itself. */
    boolean isTerminal() {
        return terminals.contains("out");
    }

    /** Returns whether people see what is written beside the output. */
    boolean showsProgress() {
        return terminals.contains("err");
    }
}
