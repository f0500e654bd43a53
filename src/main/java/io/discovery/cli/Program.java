package io.discovery.cli;

import io.discovery.cli.text.Durations;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Output.ReaderGone;
import io.discovery.cli.text.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The commands as one program: a line of arguments goes in, an exit code comes out. */
final class Program {

    private static final int DONE = 0;
    /** The commands whose success means that all of their output has been read: no list, of which a part is of use. */
    private static final Set<Class<?>> READ_AS_A_WHOLE =
            Set.of(ExportCommand.class, ImportCommand.class, SafeCommand.class, DoctorCommand.class);

    private final Map<String, String> environment;
    private final Streams streams;

    Program(Map<String, String> environment, Streams streams) {
        this.environment = Map.copyOf(environment);
        this.streams = streams;
    }

    /** Runs a command. Whatever goes wrong is one line on the standard error. */
    int run(String... arguments) {
        StringWriter help = new StringWriter();
        int exitCode = DONE;
        try {
            exitCode = commandLine(help).execute(arguments);
            streams.out().write(help.toString());
            streams.out().flush();
            return exitCode;
        } catch (ReaderGone enough) {
            return exitCode;
        } catch (Failure unwritten) {
            return exitCode == DONE ? tell(unwritten) : exitCode;
        }
    }

    /** @param help where picocli writes what the user asks it for */
    private CommandLine commandLine(StringWriter help) {
        CommandLine commandLine = Commands.all(new Context(environment, streams));
        commandLine.registerConverter(
                Duration.class,
                text -> Durations.parse(text)
                        .orElseThrow(() -> new TypeConversionException(
                                "given '" + text + "', expected a number with ms, s, m, h or d")));
        commandLine.registerConverter(ServiceName.class, text -> converted(text, ServiceName::new));
        commandLine.registerConverter(HostAddress.class, text -> converted(text, HostAddress::parse));
        // A name may begin with @, and is no name of a file with arguments.
        commandLine.setExpandAtFiles(false);
        commandLine.setOut(new PrintWriter(help));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(streams.isTerminal() ? Ansi.ON : Ansi.OFF));
        commandLine.setParameterExceptionHandler((wrong, given) -> tell(usage(wrong)));
        commandLine.setExecutionExceptionHandler((thrown, command, given) -> end(thrown, command));
        return commandLine;
    }

    private static <T> T converted(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException invalid) {
            throw new TypeConversionException(invalid.getMessage());
        }
    }

    private static Failure usage(ParameterException wrong) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String said = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
        return Failure.usage(Printable.of(said) + ". See " + command + " --help");
    }

    private int end(Exception thrown, CommandLine command) throws Exception {
        if (thrown instanceof ReaderGone) {
            return isReadAsAWhole(command.getCommand())
                    ? tell(Failure.refused(command.getCommandName()
                            + ": the reader of its output has ended, expected one that reads all of it"))
                    : DONE;
        }
        if (thrown instanceof Failure failure) {
            return tell(failure);
        }
        throw thrown;
    }

    /** A dry run prints a list. */
    private static boolean isReadAsAWhole(Object command) {
        return READ_AS_A_WHOLE.contains(command.getClass())
                && !(command instanceof ImportCommand hosts && hosts.isDryRun());
    }

    private int tell(Failure failure) {
        try {
            streams.err().line("discovery: " + failure.line());
            streams.err().flush();
        } catch (ReaderGone | Failure unread) {
            // The exit code says it all the same.
        }
        return failure.exitCode();
    }
}
