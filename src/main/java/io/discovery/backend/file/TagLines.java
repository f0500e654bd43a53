package io.discovery.backend.file;

import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * Codec of a registration's tags, or additions, as one text: a line for each, in the order of their keys, each of four
 * fields with a tab between: the key and the JSON value, both escaped, then the version's microseconds and member.
 */
final class TagLines {

    private static final int FIELDS = 4;

    private TagLines() {}

    static String write(Tags tags) {
        StringBuilder lines = new StringBuilder();
        for (Tag tag : tags.list()) {
            lines.append(lines.isEmpty() ? "" : "\n")
                    .append(Escapes.escape(tag.key()))
                    .append('\t')
                    .append(Escapes.escape(tag.json()))
                    .append('\t')
                    .append(tag.version().micros())
                    .append('\t')
                    .append(tag.version().member());
        }
        return lines.toString();
    }

    /** @throws IllegalArgumentException if the text is not the output of {@link #write} */
    static Tags read(String lines) {
        if (lines.isEmpty()) {
            return Tags.NONE;
        }
        List<Tag> tags = new ArrayList<>();
        int start = 0;
        while (start <= lines.length()) {
            int newline = lines.indexOf('\n', start);
            int end = newline < 0 ? lines.length() : newline;
            tags.add(tag(lines.substring(start, end)));
            start = end + 1;
        }
        return new Tags(tags);
    }

    private static Tag tag(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("a tag of " + fields.length + " fields, expected " + FIELDS);
        }
        Version version = new Version(Long.parseLong(fields[2]), Long.parseLong(fields[3]));
        return new Tag(Escapes.unescape(fields[0]), Escapes.unescape(fields[1]), version);
    }
}
