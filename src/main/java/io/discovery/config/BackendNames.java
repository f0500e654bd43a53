package io.discovery.config;

import java.util.List;

/**
 * What BACKEND_STORAGE may be.
 *
 * @param known the names that can be used
 * @param searched where else there could have been more, for whoever gives another name; empty if nowhere
 * @param faults what was found there and cannot be used, each with what to do: the name given may have been meant for one
 *     of them
 */
public record BackendNames(List<String> known, String searched, List<String> faults) {

    public BackendNames {
        known = List.copyOf(known);
        faults = List.copyOf(faults);
    }

    /** These, and nowhere to look for more. */
    public static BackendNames of(String... known) {
        return new BackendNames(List.of(known), "", List.of());
    }

    String expected() {
        return String.join(" or ", known) + (searched.isEmpty() ? "" : " (" + searched + ")");
    }
}
