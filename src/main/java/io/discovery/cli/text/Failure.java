package io.discovery.cli.text;

/** The end of a command that could not do its work: one line that says what to do, and the exit code. */
public final class Failure extends RuntimeException {

    /** The exit codes, beside 0 for done. */
    public enum Kind {
        /** A member refused the request, or what was asked for is not so. */
        REFUSED(1),
        /** The command, its options or its input cannot be used. */
        USAGE(2),
        /** No member answers, or none can yet. */
        UNREACHABLE(3);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    private Failure(Kind kind, String line) {
        super(line, null, false, false);
        this.kind = kind;
    }

    public static Failure refused(String line) {
        return new Failure(Kind.REFUSED, line);
    }

    public static Failure usage(String line) {
        return new Failure(Kind.USAGE, line);
    }

    public static Failure unreachable(String line) {
        return new Failure(Kind.UNREACHABLE, line);
    }

    public Kind kind() {
        return kind;
    }

    public int exitCode() {
        return kind.exitCode();
    }

    /** Returns the line for the user. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
