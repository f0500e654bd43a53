package io.discovery.cli.text;

import java.util.List;

/** The answer of a command as rows, in the format that the user wants. A row is written as it comes. */
public interface Rows {

    /** The formats of {@code -o}. */
    enum Format {
        /** A line for each, for people. */
        table,
        /** One array of objects. */
        json,
        /** An object a line. */
        jsonl
    }

    /**
     * Adds a row.
     *
     * @param object all that is known, for programs
     * @param cells the row of the table, for people
     */
    void add(JsonObject object, Cell... cells);

    /** Writes what is still to be written. A command that fails does not get here, and its JSON has no end. */
    void end();

    /** Returns rows that go to an output. */
    static Rows to(Output out, Format format, boolean coloured, List<String> head) {
        return switch (format) {
            case table -> new TableRows(new Table(head, out, coloured), out);
            case json -> new JsonArray(out);
            case jsonl -> new JsonLines(out);
        };
    }

    /** Rows of a table. */
    record TableRows(Table table, Output out) implements Rows {

        @Override
        public void add(JsonObject object, Cell... cells) {
            table.row(List.of(cells));
        }

        @Override
        public void end() {
            table.end();
            out.flush();
        }
    }

    /** An object a line. */
    record JsonLines(Output out) implements Rows {

        @Override
        public void add(JsonObject object, Cell... cells) {
            out.line(JsonText.write(object));
        }

        @Override
        public void end() {
            out.flush();
        }
    }

    /** One array, an object a line. */
    final class JsonArray implements Rows {

        private final Output out;
        private String before = "[";

        JsonArray(Output out) {
            this.out = out;
        }

        @Override
        public void add(JsonObject object, Cell... cells) {
            out.write(before + JsonText.write(object));
            before = ",\n ";
        }

        @Override
        public void end() {
            out.line(before.equals("[") ? "[]" : "]");
            out.flush();
        }
    }
}
