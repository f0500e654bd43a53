package io.discovery.cli;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The file of an export. A file is there when all is in it: until then a partial one beside it has what there is, which
 * goes when the export fails or a signal ends the program. Each export has one of its own: two to one file do not mix. A
 * link stays, and the file behind it is replaced. A pipe, a device or a descriptor of this process is written straight
 * into, since it is no file that another could replace.
 */
final class ExportFile implements AutoCloseable {

    private static final int MOST_LINKS = 40;
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Path target;
    private final @Nullable Path partial;
    private final FileChannel channel;
    private final Thread removal = new Thread(this::remove, "removal");

    private ExportFile(Path target, @Nullable Path partial) throws IOException {
        this.target = target;
        this.partial = partial;
        if (partial == null) {
            this.channel = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            return;
        }
        this.channel = FileChannel.open(partial, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        Runtime.getRuntime().addShutdownHook(removal);
    }

    /** @throws Failure if nothing can be written there */
    static ExportFile open(Path named) {
        String shown = Printable.of(named.toString());
        if (shown.isEmpty()) {
            throw Failure.usage("export: given '', expected the name of a file");
        }
        if (Files.isDirectory(named)) {
            throw Failure.usage("export: " + shown + " is a folder, expected a file");
        }
        try {
            Path target = behindLinks(named.toAbsolutePath());
            boolean isReplaced = !isOfProcesses(target) && (!Files.exists(target) || Files.isRegularFile(target));
            ExportFile file = new ExportFile(target, isReplaced ? partialOf(target) : null);
            file.keepPermissions();
            return file;
        } catch (NoSuchFileException absent) {
            throw Failure.usage("export: the folder of " + shown + " is not there");
        } catch (IOException unusable) {
            throw Failure.usage("export: " + shown + " cannot be written: "
                    + Printable.of(unusable.getClass().getSimpleName() + ": " + unusable.getMessage()));
        }
    }

    /** Returns a name that no other export has. Java's temporary files would be readable to their owner alone. */
    private static Path partialOf(Path target) {
        String random = Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
        return target.resolveSibling(target.getFileName() + "." + random + ".partial");
    }

    /** Returns whether it is a name of the standard output: opened anew, that would be written from another place on. */
    static boolean isStandardOutput(Path named) {
        try {
            Path path = behindLinks(named.toAbsolutePath());
            Path folder = path.getParent();
            return folder != null
                    && path.endsWith("1")
                    && Files.exists(DESCRIPTORS)
                    && folder.toRealPath().equals(DESCRIPTORS.toRealPath());
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Follows links of files, but not those by which a system names the streams of a process. */
    private static Path behindLinks(Path named) throws IOException {
        Path path = named;
        for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(path) && !isOfProcesses(path); i++) {
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        return path;
    }

    private static boolean isOfProcesses(Path path) throws IOException {
        Path folder = path.getParent();
        return folder != null && Files.exists(folder) && folder.toRealPath().startsWith(PROCESSES);
    }

    /** A file that its owner alone may read stays one. */
    private void keepPermissions() throws IOException {
        if (partial == null || !Files.exists(target)) {
            return;
        }
        PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        PosixFileAttributeView made = Files.getFileAttributeView(partial, PosixFileAttributeView.class);
        if (old != null && made != null) {
            made.setPermissions(old.readAttributes().permissions());
        }
    }

    OutputStream stream() {
        return Channels.newOutputStream(channel);
    }

    /** Puts the file where it belongs, after all has been written. */
    void complete() throws IOException {
        if (partial == null) {
            return;
        }
        channel.force(true);
        channel.close();
        Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void remove() {
        try {
            if (partial != null) {
                Files.deleteIfExists(partial);
            }
        } catch (IOException unremoved) {
            // It does no harm: no other export has its name.
        }
    }

    @Override
    public void close() throws IOException {
        if (partial != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(removal);
            } catch (IllegalStateException ending) {
                // A signal ends the program, and the hook does its work.
            }
        }
        channel.close();
        remove();
    }
}
