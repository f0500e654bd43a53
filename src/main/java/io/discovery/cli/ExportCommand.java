package io.discovery.cli;

import io.discovery.cli.http.Members;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Output;
import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The export of the whole registry. */
@Command(
        name = "export",
        description = "Writes the whole registry as JSON lines: an object for each host, as the API lists it, with its"
                + " weight and all its tags. For backups, migrations and tests; import reads it.")
final class ExportCommand implements Runnable {

    private final Context context;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where to write; it is there when all is in it. Without a file: the standard output.")
    private @Nullable Path file;

    @Option(
            names = {"-s", "--service"},
            paramLabel = "SERVICE",
            description = "Exports this service alone, or these if it is given several times.")
    private List<ServiceName> services = new ArrayList<>();

    @Option(
            names = "--parallel",
            paramLabel = "NUMBER",
            defaultValue = "4",
            description = "How many services to ask for at a time, 1 to 32. Default: ${DEFAULT-VALUE}.")
    private int parallel = 4;

    ExportCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        Ranges.require("--parallel", parallel, 1, 32);
        Path target = file;
        if (target == null || ExportFile.isStandardOutput(target)) {
            export(context.out());
        } else {
            toFile(target);
        }
    }

    private long export(Output out) {
        Members members = context.members();
        Progress progress = new Progress(context.streams());
        try (Export export = new Export(members, parallel, progress)) {
            long hosts = services.isEmpty() ? export.all(out) : export.these(services, out);
            out.flush();
            return hosts;
        } finally {
            progress.end();
        }
    }

    /** Tells people of a file that is whole; they need not read it. */
    private void tellOf(long hosts, Path named) {
        try {
            context.note("exported " + hosts + " hosts to " + named);
        } catch (Output.ReaderGone | Failure unread) {
            // The exit code says it too; the standard error may be on a full disk.
        }
    }

    private void toFile(Path named) {
        try (ExportFile target = ExportFile.open(named)) {
            long hosts = export(new Output(target.stream()));
            target.complete();
            tellOf(hosts, named);
        } catch (IOException unwritten) {
            throw Failure.refused("the file " + Printable.of(named.toString()) + " cannot be written: "
                    + Printable.of(String.valueOf(unwritten.getMessage())));
        }
    }
}
