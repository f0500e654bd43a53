package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ports of a process that receive from others, as Linux knows them: TCP sockets that listen and UDP sockets without
 * a peer. The tables of the network of the process name each by its inode.
 */
public final class ListeningSockets {

    private static final String TCP_LISTENS = "0A";
    private static final String UDP_TAKES_ALL = "07";
    private static final int ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int HEXADECIMAL = 16;

    private ListeningSockets() {}

    /** Returns the ports, such as {@code tcp 8080}, each once, whatever the address. */
    public static Set<String> of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> own = inodes(process);
        Set<String> found = new TreeSet<>();
        for (String protocol : List.of("tcp", "udp")) {
            String state = protocol.equals("tcp") ? TCP_LISTENS : UDP_TAKES_ALL;
            for (String[] row : rows(process, protocol)) {
                if (row[STATE].equals(state) && own.contains(row[INODE])) {
                    found.add(protocol + " " + port(row[ADDRESS]));
                }
            }
        }
        return found;
    }

    /** Returns the addresses on which the process listens at a TCP port, in hexadecimal as the kernel writes them. */
    public static Set<String> addresses(long pid, int port) {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> own = inodes(process);
        return rows(process, "tcp").stream()
                .filter(row -> row[STATE].equals(TCP_LISTENS) && own.contains(row[INODE]) && port(row[ADDRESS]) == port)
                .map(row -> row[ADDRESS].substring(0, row[ADDRESS].indexOf(':')))
                .collect(Collectors.toSet());
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL);
    }

    private static List<String[]> rows(Path process, String protocol) {
        List<String[]> rows = new ArrayList<>();
        for (String table : List.of(protocol, protocol + "6")) {
            try (Stream<String> lines = Files.lines(process.resolve("net").resolve(table))) {
                lines.skip(1).map(line -> line.trim().split("\\s+")).forEach(rows::add);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return rows;
    }

    private static Set<String> inodes(Path process) {
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return files.flatMap(ListeningSockets::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .collect(Collectors.toSet());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns the inode of a socket; empty for a file that the process has closed meanwhile. */
    private static Stream<String> target(Path file) {
        try {
            return Stream.of(Files.readSymbolicLink(file).toString());
        } catch (IOException closed) {
            return Stream.empty();
        }
    }
}
