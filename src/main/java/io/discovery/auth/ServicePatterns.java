package io.discovery.auth;

import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Services by name: whole names, and the beginnings of names, which end with a star in AUTH_FILE. A star alone stands for
 * all services, also those that do not exist yet.
 *
 * @param names none of which begins with one of the prefixes
 * @param prefixes none of which begins with another
 */
public record ServicePatterns(Set<String> names, Set<String> prefixes) {

    /** The form of a pattern: no slash, and a star at its end only. */
    static final Pattern FORM = Pattern.compile("[^*/]+\\*?|\\*");

    public static final ServicePatterns NONE = of(List.of());
    public static final ServicePatterns ALL = of(List.of("*"));

    private static final String REST = "*";

    public ServicePatterns {
        names = Set.copyOf(names);
        prefixes = Set.copyOf(prefixes);
    }

    /** @param patterns each of {@link #FORM} */
    public static ServicePatterns of(List<String> patterns) {
        Set<String> names = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        for (String pattern : patterns) {
            if (pattern.endsWith(REST)) {
                prefixes.add(pattern.substring(0, pattern.length() - REST.length()));
            } else {
                names.add(pattern);
            }
        }
        NavigableSet<String> shortest = new TreeSet<>();
        for (String prefix : new TreeSet<>(prefixes)) {
            if (!beginsWithOne(prefix, shortest)) {
                shortest.add(prefix);
            }
        }
        names.removeIf(name -> beginsWithOne(name, shortest));
        return new ServicePatterns(names, shortest);
    }

    /** @param prefixes none of which begins with another: the one before the text in order is the only one to compare */
    private static boolean beginsWithOne(String text, NavigableSet<String> prefixes) {
        String before = prefixes.floor(text);
        return before != null && text.startsWith(before);
    }

    /** Returns whether a service of this name, which may be invalid, is one of these. */
    public boolean contains(String service) {
        if (names.contains(service)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (service.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether every service is one of these. */
    public boolean isAll() {
        return prefixes.contains("");
    }

    boolean isEmpty() {
        return names.isEmpty() && prefixes.isEmpty();
    }
}
