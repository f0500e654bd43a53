package io.discovery.testing;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of metrics in expressions of Prometheus. */
public final class PromQl {

    /** Texts, the matchers of series, and ranges, which hold no metric. */
    private static final Pattern ASIDE = Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^\\]]*]");
    /** The labels by which series are grouped or matched. */
    private static final Pattern LABELS =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    /** A name that is not a function's; the digits of 1e6 are none. */
    private static final Pattern NAME = Pattern.compile("(?<![\\w$.])[a-zA-Z_:][\\w:]*\\b(?!\\s*\\()");

    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "offset", "bool", "sum", "max", "min", "count");

    private PromQl() {}

    /** Returns the metrics that an expression asks for. */
    public static Set<String> metricsIn(String expression) {
        String bare = LABELS.matcher(ASIDE.matcher(expression).replaceAll("")).replaceAll("");
        return NAME.matcher(bare)
                .results()
                .map(found -> found.group())
                .filter(name -> !WORDS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
