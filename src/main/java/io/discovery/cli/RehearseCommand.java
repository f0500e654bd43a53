package io.discovery.cli;

import io.discovery.cli.text.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * A run through the program, with which Java notes which classes it uses ({@code -XX:ArchiveClassesAtExit}). Commands
 * that are given the archive start in half the time. They ask an {@link EchoMember} on 127.0.0.1, and their output goes
 * nowhere.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Uses the program a little, to make an archive of its classes.")
final class RehearseCommand implements Callable<Integer> {

    private static final List<List<String>> COMMANDS = List.of(
            List.of("--help"),
            List.of("hosts", "--help"),
            List.of("services"),
            List.of("hosts", "a", "-o", "json"),
            List.of("drain", "a", "127.0.0.1"),
            List.of("export"));

    @Override
    public Integer call() throws IOException {
        int worst = 0;
        try (EchoMember member = new EchoMember()) {
            for (List<String> command : COMMANDS) {
                Streams nowhere = new Streams(
                        InputStream.nullInputStream(),
                        new Output(OutputStream.nullOutputStream()),
                        new Output(OutputStream.nullOutputStream()),
                        List.of("out"));
                Map<String, String> environment = Map.of("DISCOVERY_ENDPOINTS", member.endpoint());
                int exitCode = new Program(environment, nowhere).run(command.toArray(String[]::new));
                worst = Math.max(worst, exitCode);
            }
        }
        return worst;
    }
}
