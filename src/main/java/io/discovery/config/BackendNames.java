package io.discovery.config;

import java.util.List;

/**
 * Values that BACKEND_STORAGE and BACKEND_STORAGE_BEFORE may have.
 *
 * @param known the names that can be used
 * @param searched the folder of plug-ins, for the message about another name; empty if there is none
 * @param faults plug-ins that cannot be used, each with what to do: an unknown name may be meant for one of them
 */
public record BackendNames(List<String> known, String searched, List<String> faults) {

    public BackendNames {
        known = List.copyOf(known);
        faults = List.copyOf(faults);
    }

    /** Returns names without a folder of plug-ins. */
    public static BackendNames of(String... known) {
        return new BackendNames(List.of(known), "", List.of());
    }

    String expected() {
        return String.join(" or ", known) + (searched.isEmpty() ? "" : " (" + searched + ")");
    }
}
