package io.discovery.config;

import java.util.List;

/** Invalid settings: a line for each fault, with the name, the given value and the expected one. */
public final class InvalidSettingsException extends RuntimeException {

    private final List<String> faults;

    InvalidSettingsException(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
