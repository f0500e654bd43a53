package io.discovery.config;

import java.util.List;

/** Settings that cannot be used: a line for each fault, with the name, what was given and what was expected. */
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
