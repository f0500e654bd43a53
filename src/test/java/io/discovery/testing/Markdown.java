package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, read for its tables and its fenced blocks. */
public final class Markdown {

    private static final String FENCE = "```";
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");

    private final List<String> lines;

    /**
     * A fenced block.
     *
     * @param info what stands behind the opening fence
     * @param text the lines between the fences, each with its line feed
     */
    public record Block(String info, String text) {
        public String language() {
            return info.split(" ", 2)[0];
        }
    }

    private Markdown(List<String> lines) {
        this.lines = lines;
    }

    /** @param file as seen from the project's root */
    public static Markdown read(String file) {
        try {
            return new Markdown(Files.readAllLines(Path.of(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Where the page links to within the project, as seen from the page. */
    public List<String> localLinks() {
        return LINK.matcher(String.join("\n", lines))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("://"))
                .toList();
    }

    /** The rows, without the head, of every table whose head begins with these cells. */
    public List<List<String>> rowsUnder(String... head) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (cells(lines.get(i)).stream().limit(head.length).toList().equals(List.of(head))) {
                lines.subList(i + 2, lines.size()).stream()
                        .takeWhile(line -> line.startsWith("|"))
                        .map(Markdown::cells)
                        .forEach(rows::add);
            }
        }
        if (rows.isEmpty()) {
            throw new AssertionError("no table under " + List.of(head));
        }
        return rows;
    }

    /** A cell's text; a cell that is code, without its backticks. */
    private static List<String> cells(String line) {
        return line.startsWith("|")
                ? Stream.of(line.substring(1).split("\\|", -1))
                        .limit(line.chars().filter(c -> c == '|').count() - 1)
                        .map(String::strip)
                        .map(cell -> cell.replaceFirst("^`([^`]*)`$", "$1"))
                        .toList()
                : List.of();
    }

    /** All fenced blocks, in order. */
    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(FENCE)) {
                String info = lines.get(i).substring(FENCE.length()).strip();
                List<String> inside = lines.subList(i + 1, lines.size()).stream()
                        .takeWhile(line -> !line.equals(FENCE))
                        .toList();
                blocks.add(new Block(info, String.join("\n", inside) + "\n"));
                i += inside.size() + 1;
            }
        }
        return blocks;
    }
}
