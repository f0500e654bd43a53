package io.discovery.cli;

/** The program {@code discovery}. */
public final class Main {

    private Main() {}

    /** Runs a command and ends with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new Program(System.getenv(), Streams.ofProcess()).run(arguments));
    }
}
