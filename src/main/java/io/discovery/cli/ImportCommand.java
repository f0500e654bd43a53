package io.discovery.cli;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The import of hosts. */
@Command(
        name = "import",
        description = "Registers the hosts of an export, with their weights and tags. Merges: hosts and tags that are"
                + " there already stay, and none is removed. Each host is listed for HOST_TTL after that.")
final class ImportCommand implements Runnable {

    private final Context context;

    @Parameters(paramLabel = "FILE", description = "The file that export wrote; - is the standard input.")
    private Path file = Path.of("-");

    @Option(
            names = {"-n", "--dry-run"},
            description = "Changes nothing and prints what would change, a row for each host.")
    private boolean dryRun;

    ImportCommand(Context context) {
        this.context = context;
    }

    boolean isDryRun() {
        return dryRun;
    }

    @Override
    public void run() {
        Progress progress = new Progress(context.streams());
        Import hosts = new Import(context, progress);
        try (InputStream in = open();
                ImportTarget target = dryRun ? new Comparison(context) : new Registrations(context, progress)) {
            hosts.read(new LineReader(in), target);
            progress.end();
            target.end();
        } catch (NoSuchFileException absent) {
            throw Failure.usage("there is no file " + Printable.of(file.toString()));
        } catch (IOException unreadable) {
            throw Failure.usage("the import cannot be read: " + Printable.of(String.valueOf(unreadable.getMessage())));
        } finally {
            progress.end();
        }
        hosts.end(dryRun ? "were compared, and members may still refuse some" : "were taken");
    }

    private InputStream open() throws IOException {
        return file.toString().equals("-") ? context.streams().in() : Files.newInputStream(file);
    }
}
