package io.discovery.planted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A bug for {@code ./scripts/check-checker}: a patch of the program, with a head before the first difference. The head
 * describes the bug, and then has a line for each field.
 */
record PlantedBug(Path patch, String head, String differences) {

    static final Path ALL = Path.of("src/test/resources/planted");

    private static final String ENDING = ".patch";
    private static final String FIRST_DIFFERENCE = "diff --git ";
    private static final Pattern CHANGED = Pattern.compile("(?m)^" + FIRST_DIFFERENCE + "a/(\\S+) b/(\\S+)$");
    private static final Pattern FIELD = Pattern.compile("(?m)^[A-Z][a-z]+: ");

    /** Returns all bugs, by name. */
    static List<PlantedBug> all() {
        try (Stream<Path> files = Files.list(ALL)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .map(PlantedBug::read)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static PlantedBug read(Path patch) {
        try {
            String text = Files.readString(patch);
            int head = Math.max(0, text.indexOf(FIRST_DIFFERENCE));
            return new PlantedBug(patch, text.substring(0, head), text.substring(head));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    String name() {
        return patch.getFileName().toString().replace(ENDING, "");
    }

    /** Returns what stands before the fields, on one line. */
    String description() {
        return FIELD.split(head, 2)[0].strip().replaceAll("\\s+", " ");
    }

    /** Returns the values of a field; a complete head has one. */
    List<String> values(String field) {
        return Pattern.compile("(?m)^" + field + ": (\\S.*)$")
                .matcher(head)
                .results()
                .map(value -> value.group(1))
                .toList();
    }

    /** Returns the words of the command that finds the bug: a script, and its arguments. */
    List<String> check() {
        return values("Check").stream()
                .flatMap(check -> Stream.of(check.split(" ")))
                .toList();
    }

    /** Returns the files that the patch changes. */
    List<String> changed() {
        return CHANGED.matcher(differences)
                .results()
                .map(change -> change.group(2))
                .toList();
    }

    @Override
    public String toString() {
        return name();
    }
}
