package io.discovery.process;

import io.discovery.config.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The program's version and help text. */
public final class ProgramVersion {

    private static final String VERSION_FILE = "/discovery.properties";

    private ProgramVersion() {}

    public static String version() {
        try (InputStream file = ProgramVersion.class.getResourceAsStream(VERSION_FILE)) {
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version", "unknown");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(VERSION_FILE, unreadable);
        }
    }

    public static String help() {
        StringBuilder help = new StringBuilder("Discovery " + version() + ", a service registry.\n\n"
                + "Usage: java -jar discovery.jar [--help | --version | --rehearse]\n\n"
                + "Starts a member. --rehearse starts one that serves itself a little and stops: for\n"
                + "java -XX:ArchiveClassesAtExit=FILE, whose FILE halves the time of a start.\n\n"
                + "All settings are environment variables:\n\n");
        for (Setting setting : Setting.values()) {
            String fallback = setting.fallback().isEmpty() ? "" : " [" + setting.fallback() + "]";
            help.append(String.format("  %-29s  %s%s%n", setting.name(), setting.meaning(), fallback));
        }
        return help.append("\nExit codes: 0 stopped in order, 1 cannot start, 2 wrong settings, 3 out of memory.\n")
                .toString();
    }
}
