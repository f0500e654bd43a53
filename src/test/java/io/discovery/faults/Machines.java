package io.discovery.faults;

import io.discovery.testing.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The machines of the members of a cluster: a folder for each, and, where wanted, a clock and a disk of its own. */
final class Machines {

    /** The parts of machines that a test puts at fault. */
    record Wanted(boolean fakeClocks, boolean faultyDisks) {}

    /** The clocks; empty if members have that of this machine. */
    private final List<FakeClock> clocks;
    /** The disks; empty if members have that of this machine. */
    private final List<FaultyDisk> disks;

    Machines(Wanted wanted, int count, Path dir) {
        this.clocks = wanted.fakeClocks()
                ? IntStream.range(0, count)
                        .mapToObj(n -> new FakeClock(dir.resolve("clock-" + n)))
                        .toList()
                : List.of();
        this.disks = wanted.faultyDisks()
                ? IntStream.range(0, count)
                        .mapToObj(n -> new FaultyDisk(folder(dir, n), dir.resolve("disk-" + n)))
                        .toList()
                : List.of();
    }

    static Path folder(Path dir, int n) {
        return dir.resolve(Integer.toString(n));
    }

    /**
     * Returns the command that puts libraries between a member and its machine: they work on the process that env becomes,
     * not on the commands before it.
     */
    List<String> command(int n) {
        Map<String, String> variables = new TreeMap<>();
        if (!clocks.isEmpty()) {
            variables.putAll(clocks.get(n).environment());
        }
        if (!disks.isEmpty()) {
            disks.get(n).environment().forEach((name, value) -> variables.merge(name, value, (a, b) -> a + ":" + b));
        }
        return variables.isEmpty()
                ? List.of()
                : Stream.concat(
                                Stream.of("env"),
                                variables.entrySet().stream()
                                        .map(variable -> variable.getKey() + "=" + variable.getValue()))
                        .toList();
    }

    void setClock(int n, Duration offset) {
        if (!clocks.isEmpty()) {
            clocks.get(n).set(offset);
        }
    }

    FaultyDisk disk(int n) {
        return disks.get(n);
    }
}
