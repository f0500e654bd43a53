package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation with its tables, fenced blocks, links and anchors. */
public final class Markdown {

    private static final String FENCE = "```";
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");

    private final Path file;
    private final List<String> lines;

    /**
     * A fenced block of a page.
     *
     * @param info the text behind the opening fence
     * @param text the lines between the fences, each with its line feed
     */
    public record Block(String info, String text) {
        public String language() {
            return info.split(" ", 2)[0];
        }
    }

    /**
     * A link to a place within the project.
     *
     * @param file as seen from the project's root
     * @param anchor of a heading in that file, or empty
     */
    public record Link(Path file, String anchor) {}

    private Markdown(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Returns README.md and the pages of src/docs. */
    public static List<Path> pages() {
        try (Stream<Path> files = Files.list(Path.of("src", "docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            files.filter(file -> file.toString().endsWith(".md"))
                                    .sorted())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** @param file as seen from the project's root */
    public static Markdown read(String file) {
        return read(Path.of(file));
    }

    /** @param file as seen from the project's root */
    public static Markdown read(Path file) {
        try {
            return new Markdown(file, Files.readAllLines(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Returns all links to places within the project. */
    public List<Link> localLinks() {
        return LINK.matcher(String.join("\n", prose()))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("://"))
                .map(target -> target.split("#", 2))
                .map(parts -> new Link(
                        parts[0].isEmpty()
                                ? file
                                : file.resolveSibling(parts[0]).normalize(),
                        parts.length == 1 ? "" : parts[1]))
                .toList();
    }

    /** Returns the anchors that GitHub gives to the headings. */
    public Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        for (String line : prose()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String name = heading.group(1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-');
                String unique = name;
                for (int again = 1; !anchors.add(unique); again++) {
                    unique = name + "-" + again;
                }
            }
        }
        return anchors;
    }

    /** Returns the lines outside of fenced blocks. */
    private List<String> prose() {
        List<String> prose = new ArrayList<>();
        boolean fenced = false;
        for (String line : lines) {
            if (line.strip().startsWith(FENCE)) {
                fenced = !fenced;
            } else if (!fenced) {
                prose.add(line);
            }
        }
        return prose;
    }

    /** Returns the rows, without the head, of every table whose head begins with these cells. */
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

    /** Returns the text of a cell, without the backticks if it is code. */
    private static List<String> cells(String line) {
        return line.startsWith("|")
                ? Stream.of(line.substring(1).split("\\|", -1))
                        .limit(line.chars().filter(c -> c == '|').count() - 1)
                        .map(String::strip)
                        .map(cell -> cell.replaceFirst("^`([^`]*)`$", "$1"))
                        .toList()
                : List.of();
    }

    /** Returns the fenced blocks below a heading of the second level, up to the next one, in order. */
    public List<Block> blocksUnder(String heading) {
        int begin = lines.indexOf("## " + heading);
        if (begin < 0) {
            throw new AssertionError("no heading " + heading + " in " + file);
        }
        List<String> section = lines.subList(begin + 1, lines.size()).stream()
                .takeWhile(line -> !line.startsWith("## "))
                .toList();
        return new Markdown(file, section).blocks();
    }

    /** Returns all fenced blocks, in order. */
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
