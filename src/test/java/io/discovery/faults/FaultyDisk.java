package io.discovery.faults;

import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The disk of one member, with a library between (src/test/native/faulty_disk.c) that makes it slow, lets single writes
 * fail, and knows what a loss of power would take.
 */
final class FaultyDisk {

    private static final Path SOURCE = Path.of("src", "test", "native", "faulty_disk.c");
    private static final Path LIBRARY = Path.of("target", "faulty_disk.so").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FILES = "discovery.db";
    private static final String UNDO = ".undo";
    private static final int HEAD_BYTES = 3 * Long.BYTES;

    private final Path folder;
    private final Path control;

    /** Creates a disk that works well, for files in a folder. */
    FaultyDisk(Path folder, Path control) {
        this.folder = folder;
        this.control = control;
        works();
    }

    /** Returns true if this machine has a compiler for the library. */
    static boolean isPossible() {
        return Tools.find("cc").isPresent();
    }

    private static synchronized Path library() {
        if (!Files.exists(LIBRARY)) {
            Program.of(
                            "cc",
                            "-O2",
                            "-shared",
                            "-fPIC",
                            "-o",
                            LIBRARY.toString(),
                            SOURCE.toString(),
                            "-ldl",
                            "-lpthread")
                    .run(PATIENCE)
                    .succeeded();
        }
        return LIBRARY;
    }

    /** Returns the environment of a member with this disk. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library().toString(),
                "FAULTY_DISK_FILES", FILES,
                "FAULTY_DISK_CONTROL", control.toString());
    }

    void works() {
        say("well");
    }

    /** Lets each write and each flush take longer. */
    void slowDown(Duration time) {
        say("slow " + time.toMillis());
    }

    /** Lets every {@code n}th write fail. */
    void failEvery(int n) {
        say("errors " + n);
    }

    private void say(String what) {
        try {
            Files.writeString(control, what);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Takes from the files what the member wrote and did not flush. It must have ended. */
    void losePower() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path undo :
                    files.filter(file -> file.toString().endsWith(UNDO)).toList()) {
                Path file = Path.of(undo.toString().substring(0, undo.toString().length() - UNDO.length()));
                if (Files.exists(file)) {
                    undo(file, ByteBuffer.wrap(Files.readAllBytes(undo)).order(ByteOrder.nativeOrder()));
                }
                Files.delete(undo);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private record Entry(long size, long at, ByteBuffer bytes) {}

    private static void undo(Path file, ByteBuffer log) throws IOException {
        List<Entry> entries = new ArrayList<>();
        while (log.remaining() >= HEAD_BYTES) {
            long size = log.getLong();
            long at = log.getLong();
            int length = (int) log.getLong();
            entries.add(new Entry(size, at, log.slice(log.position(), length)));
            log.position(log.position() + length);
        }
        Collections.reverse(entries);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (Entry entry : entries) {
                channel.write(entry.bytes(), entry.at());
                channel.truncate(entry.size());
            }
        }
    }
}
