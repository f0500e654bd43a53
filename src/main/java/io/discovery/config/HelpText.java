package io.discovery.config;

/** The text of {@code --help}: usage, all settings and exit codes. */
public final class HelpText {

    private HelpText() {}

    /** @param version of the program */
    public static String of(String version) {
        StringBuilder help = new StringBuilder("Discovery " + version + ", a service registry.\n\n"
                + "Usage: java -jar discovery.jar [--help | --version | --rehearse |\n"
                + "                                --new-token NAME | --new-password NAME | --verify-audit FILE...]\n\n"
                + "Starts a member. --rehearse starts one that serves itself a little and stops: for\n"
                + "java -XX:ArchiveClassesAtExit=FILE, whose FILE halves the time of a start.\n"
                + "--new-token makes a token for an identity, --new-password hashes a password that\n"
                + "you type; both print the lines for AUTH_FILE. --verify-audit checks the\n"
                + "files of an audit log, which are one chain.\n\n"
                + "All settings are environment variables:\n\n");
        for (Setting setting : Setting.values()) {
            String fallback = setting.fallback().isEmpty() ? "" : " [" + setting.fallback() + "]";
            help.append(String.format("  %-29s  %s%s%n", setting.name(), setting.meaning(), fallback));
        }
        return help.append("\nExit codes: 0 stopped in order, 1 cannot start, 2 wrong settings, 3 out of memory.\n")
                .toString();
    }
}
