package io.discovery.changes;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Kinds of changes, in the words of the API. */
enum ChangeKind {
    /** The first report of an instance, as far as the member remembers. */
    REGISTERED,
    /** A report with other fields. */
    UPDATED,
    /** Another weight, and nothing else. */
    WEIGHT,
    /** A removal on request. */
    DEREGISTERED,
    /** The end of a lease, after which the instance left the lists. */
    EXPIRED,
    /** A report of an instance that had expired or had been removed. */
    RETURNED,
    /** A row of the durable copy, of which the cluster had nothing. */
    RESTORED;

    /** Returns the spelling in JSON. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ChangeKind> parse(String text) {
        return Stream.of(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
}
