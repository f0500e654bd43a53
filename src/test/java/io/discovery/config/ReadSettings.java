package io.discovery.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings as a member reads them from its environment. */
final class ReadSettings {

    private static final BackendNames BACKENDS = BackendNames.of("InFile", "InMemory");

    private ReadSettings() {}

    /**
     * Reads settings. The backend is InMemory unless a variable names another, because the default is none of these.
     *
     * @param variables as {@code NAME=value}
     */
    static Settings read(String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of("BACKEND_STORAGE", "InMemory"));
        Arrays.stream(variables)
                .map(variable -> variable.split("=", 2))
                .forEach(variable -> environment.put(variable[0], variable[1]));
        return Settings.from(environment, BACKENDS);
    }

    /** Returns the faults of settings that cannot be read. */
    static List<String> faults(String... variables) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> read(variables))
                .faults();
    }
}
