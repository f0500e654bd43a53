package io.discovery.dns;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.xbill.DNS.Name;

/**
 * The labels of a name below the domain, in lower case, the outermost first, as in the tree of names: {@code a.b} is
 * {@code b}, then {@code a}.
 */
record Labels(List<String> outermostFirst) {

    /** Letters, digits, hyphen and underscore, 1 to 63 of them (RFC 1035, 2.3.1, and RFC 2181, 11). */
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private static final String DOT = ".";

    Labels {
        outermostFirst = List.copyOf(outermostFirst);
    }

    /** Splits a service's name at its dots; returns empty if a part is not a valid label. */
    static Optional<Labels> of(String service) {
        List<String> labels = new ArrayList<>(List.of(service.split("\\.", -1)));
        Collections.reverse(labels);
        return of(labels);
    }

    /**
     * Reads the first labels of a queried name.
     *
     * @param count number of labels before the domain
     */
    static Optional<Labels> of(Name name, int count) {
        List<String> labels = new ArrayList<>(count);
        for (int i = count - 1; i >= 0; i--) {
            byte[] label = name.getLabel(i);
            // The first byte is the label's length.
            labels.add(new String(label, 1, label.length - 1, StandardCharsets.ISO_8859_1));
        }
        return of(labels);
    }

    private static Optional<Labels> of(List<String> labels) {
        return labels.stream().allMatch(label -> LABEL.matcher(label).matches())
                ? Optional.of(new Labels(labels.stream()
                        .map(label -> label.toLowerCase(Locale.ROOT))
                        .toList()))
                : Optional.empty();
    }

    int count() {
        return outermostFirst.size();
    }

    String outermost() {
        return outermostFirst.get(0);
    }

    String innermost() {
        return outermostFirst.get(count() - 1);
    }

    /** Returns the labels before the outermost one. */
    Labels belowOutermost() {
        return new Labels(outermostFirst.subList(1, count()));
    }

    /** Returns these labels with another innermost label. */
    Labels withInnermost(String label) {
        List<String> labels = new ArrayList<>(outermostFirst.subList(0, count() - 1));
        labels.add(label);
        return new Labels(labels);
    }

    /** Returns the labels joined by dots: the keys of all names below this one begin with it and a dot. */
    String key() {
        return String.join(DOT, outermostFirst);
    }

    /** Returns the prefix of the keys of all names below this one. */
    String keyOfNamesBelow() {
        return key() + DOT;
    }
}
