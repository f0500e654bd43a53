package io.discovery.cli;

import io.discovery.cli.http.Members;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Output;
import io.discovery.cli.text.Printable;
import io.discovery.cli.text.Rows;
import java.util.List;
import java.util.Map;

/** The surroundings of a command: options that all commands have, streams, and members. Confined to the main thread. */
final class Context {

    private final ConnectionOptions connection;
    private final OutputOptions output = new OutputOptions();
    private final Streams streams;

    Context(Map<String, String> environment, Streams streams) {
        this.connection = new ConnectionOptions(environment);
        this.streams = streams;
    }

    ConnectionOptions connection() {
        return connection;
    }

    OutputOptions output() {
        return output;
    }

    Streams streams() {
        return streams;
    }

    Output out() {
        return streams.out();
    }

    Members members() {
        return connection.members();
    }

    Rows.Format format() {
        return output.format();
    }

    /** Returns rows on the standard output, in the format that the user wants. */
    Rows rows(String... head) {
        return Rows.to(streams.out(), format(), streams.isTerminal(), List.of(head));
    }

    /** Tells that a change was made: a line for people, an object for programs. */
    void tell(String line, JsonObject object) {
        if (format() == Rows.Format.table) {
            streams.out().line(Printable.of(line));
            streams.out().flush();
        } else {
            Rows rows = rows();
            rows.add(object, Cell.of(line));
            rows.end();
        }
    }

    /** Tells people something beside the output. */
    void note(String line) {
        streams.err().line("discovery: " + Printable.of(line));
        streams.err().flush();
    }
}
