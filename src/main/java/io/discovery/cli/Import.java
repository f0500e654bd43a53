package io.discovery.cli;

import io.discovery.cli.LineReader.UnusableLine;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The lines of an import on their way to a target, a request's worth at a time. Confined to one thread. */
final class Import implements ImportTarget.Refusals {

    /** The most that POST /v1/registrations takes, and half of the bytes that it takes. */
    private static final int MOST_HOSTS = 1_000;

    private static final int MOST_CHARACTERS = 2 * 1024 * 1024;
    private static final int SHOWN = 20;

    private final Context context;
    private final Progress progress;
    private final List<HostLine> batch = new ArrayList<>();
    private long characters;
    private long taken;
    private long refused;

    Import(Context context, Progress progress) {
        this.context = context;
        this.progress = progress;
    }

    /** @throws IOException if the lines cannot be read */
    void read(LineReader lines, ImportTarget target) throws IOException {
        boolean isMore = true;
        while (isMore) {
            try {
                String line = lines.next();
                isMore = line != null;
                if (line != null && !line.isBlank()) {
                    add(lines.number(), line, target);
                }
            } catch (UnusableLine noHost) {
                refuse(lines.number(), noHost);
            }
        }
        send(target);
    }

    private void refuse(long number, IOException why) {
        add(
                "line " + number,
                String.valueOf(why.getMessage()).lines().findFirst().orElse(""));
    }

    private void add(long number, String line, ImportTarget target) {
        HostLine host;
        try {
            host = HostLine.parse(number, line);
        } catch (IOException malformed) {
            refuse(number, malformed);
            return;
        }
        batch.add(host);
        characters += JsonText.write(host.registration()).length();
        if (batch.size() == MOST_HOSTS || characters >= MOST_CHARACTERS) {
            send(target);
        }
    }

    private void send(ImportTarget target) {
        if (!batch.isEmpty()) {
            target.take(List.copyOf(batch), this);
            taken += batch.size();
            batch.clear();
            characters = 0;
            progress.show(() -> "read " + taken + " hosts");
        }
    }

    @Override
    public void add(String line, String why) {
        refused++;
        if (refused <= SHOWN) {
            progress.end();
            context.note(line + " is refused: " + why);
        }
    }

    /**
     * @param others the fate of the other lines, in words
     * @throws Failure if some lines were refused
     */
    void end(String others) {
        if (refused > 0) {
            throw Failure.refused(refused + (refused == 1 ? " line was" : " lines were") + " refused; the others "
                    + others + ". Correct them and import the file again: that does no harm");
        }
    }
}
