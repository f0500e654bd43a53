package io.discovery.cli.text;

/** A cell of a table, with its meaning for the reader: on a terminal a colour shows it. */
public record Cell(String text, Mood mood) {

    /** The meaning of a cell. */
    public enum Mood {
        PLAIN(""),
        GOOD("\u001b[32m"),
        ODD("\u001b[33m"),
        BAD("\u001b[31m"),
        HEAD("\u001b[1m");

        private static final String END = "\u001b[0m";

        private final String begin;

        Mood(String begin) {
            this.begin = begin;
        }

        String colour(String text) {
            return begin.isEmpty() ? text : begin + text + END;
        }
    }

    public Cell {
        text = Printable.of(text);
    }

    public static Cell of(String text) {
        return new Cell(text, Mood.PLAIN);
    }

    public static Cell of(long number) {
        return of(Long.toString(number));
    }

    /** Returns a cell that is good or bad. */
    public static Cell of(String text, boolean good) {
        return new Cell(text, good ? Mood.GOOD : Mood.BAD);
    }

    /** Returns a text with spaces behind it, so that it has this width at least. */
    public static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** Returns the text as it is shown. */
    public String shown(boolean coloured) {
        return coloured ? mood.colour(text) : text;
    }

    int width() {
        return text.codePointCount(0, text.length());
    }
}
