package io.discovery.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table whose rows are written as they come. The first rows, with the head, tell how wide the columns are; a later
 * cell that is wider pushes the rest of its row.
 */
final class Table {

    private static final int ROWS_THAT_TELL = 1_000;
    private static final String GAP = "  ";

    private final Output out;
    private final boolean coloured;
    private final List<List<Cell>> waiting = new ArrayList<>();
    private int[] widths = {};

    Table(List<String> head, Output out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
        waiting.add(head.stream().map(each -> new Cell(each, Cell.Mood.HEAD)).toList());
    }

    void row(List<Cell> cells) {
        if (widths.length > 0) {
            write(cells);
            return;
        }
        waiting.add(cells);
        if (waiting.size() > ROWS_THAT_TELL) {
            writeWaiting();
        }
    }

    /** Writes the rows that still wait. */
    void end() {
        if (widths.length == 0) {
            writeWaiting();
        }
    }

    private void writeWaiting() {
        widths = new int[waiting.get(0).size()];
        Arrays.setAll(
                widths,
                column -> waiting.stream()
                        .mapToInt(row -> row.get(column).width())
                        .max()
                        .orElse(0));
        waiting.forEach(this::write);
        waiting.clear();
    }

    private void write(List<Cell> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            line.append(cell.shown(coloured));
            if (i + 1 < cells.size()) {
                line.append(" ".repeat(Math.max(0, widths[i] - cell.width()))).append(GAP);
            }
        }
        out.line(line.toString().stripTrailing());
    }
}
