package io.discovery.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the program, as its build wrote it. */
public final class ProgramVersion {

    private static final String VERSION_FILE = "/discovery.properties";

    private ProgramVersion() {}

    /** Returns the version, or "unknown" without one. */
    public static String version() {
        try (InputStream file = ProgramVersion.class.getResourceAsStream(VERSION_FILE)) {
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version", "unknown");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(VERSION_FILE, unreadable);
        }
    }
}
