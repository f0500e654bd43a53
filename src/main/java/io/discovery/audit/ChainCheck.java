package io.discovery.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A check of the files of an audit log, which together are one chain. The memory that it takes does not depend on the
 * files. Belongs to one thread.
 */
final class ChainCheck {

    /** Number of lines at the begin of a file among which one must be whole. */
    private static final int LINES_TO_SORT = 16;

    /** The end of the chain so far; null before the first whole line. */
    private @Nullable ChainEnd end;

    private @Nullable TornBytes torn;
    /** The last whole line; null before the first. */
    private byte @Nullable [] last;

    private long firstSeq;
    private long tornPlaces;
    private long unendedBytes;

    /** The place of a line that does not follow the one before. */
    record Fault(Path file, long line, String expected, String found) {}

    /**
     * The outcome of a check.
     *
     * @param fault the first fault; null if the chain is whole
     * @param firstSeq number of the first line; 0 if there is none
     * @param end the last line
     * @param tornPlaces number of places at which a failed write left a part of a line
     * @param unendedBytes length of a last line that is not whole
     */
    record Outcome(@Nullable Fault fault, long firstSeq, ChainEnd end, long tornPlaces, long unendedBytes) {}

    private ChainCheck() {}

    /** Checks files, in any order. */
    static Outcome of(List<Path> files) throws IOException {
        ChainCheck check = new ChainCheck();
        List<Path> ordered = byAge(files);
        Fault fault = null;
        for (int i = 0; i < ordered.size() && fault == null; i++) {
            fault = check.read(ordered.get(i), i == ordered.size() - 1);
        }
        ChainEnd last = check.end == null ? ChainEnd.NONE : check.end;
        return new Outcome(fault, check.firstSeq, last, check.tornPlaces, check.unendedBytes);
    }

    /** Returns the files in the order of their first lines; files without one stay at the end. */
    private static List<Path> byAge(List<Path> files) throws IOException {
        Map<Path, Long> first = new TreeMap<>();
        for (Path file : files) {
            first.put(file, firstSeq(file));
        }
        List<Path> ordered = new ArrayList<>(files);
        ordered.sort(Comparator.comparingLong(file -> first.getOrDefault(file, Long.MAX_VALUE)));
        return ordered;
    }

    private static long firstSeq(Path file) throws IOException {
        try (LineReader lines = new LineReader(file)) {
            for (int i = 0; i < LINES_TO_SORT; i++) {
                byte[] line = lines.next();
                Optional<AuditLine> parsed = line == null ? Optional.empty() : AuditLine.parse(line);
                if (parsed.isPresent()) {
                    return parsed.get().seq();
                }
            }
            return Long.MAX_VALUE;
        }
    }

    /** Returns the first fault of the file, null if there is none. */
    private @Nullable Fault read(Path file, boolean isLast) throws IOException {
        try (LineReader lines = new LineReader(file)) {
            long number = 0;
            long length = 0;
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                number++;
                length = line.length;
                if (length > AuditLine.LONGEST) {
                    return torn == null
                            ? new Fault(
                                    file, number, "a line of at most " + AuditLine.LONGEST + " bytes", "a longer one")
                            : torn.fault();
                }
                take(file, number, line);
            }
            if (torn == null) {
                return null;
            }
            if (isLast && torn.isUnended() && torn.fault().line() == number) {
                unendedBytes = length;
                return null;
            }
            return torn.fault();
        }
    }

    private void take(Path file, long number, byte[] line) {
        boolean isEnded = line[line.length - 1] == '\n';
        Optional<AuditLine> parsed = isEnded ? AuditLine.parse(line) : Optional.empty();
        if (parsed.isPresent() && (isNext(parsed.get()) || isInPlaceOfLast(parsed.get()))) {
            if (end == null) {
                firstSeq = parsed.get().seq();
            }
            end = new ChainEnd(parsed.get().seq() - 1, "").after(line);
            last = line;
            torn = null;
            return;
        }
        if (torn == null) {
            torn = new TornBytes(new Fault(file, number, expected(), found(parsed)));
        }
        torn.add(line);
    }

    /** Returns whether the line follows the chain, and tells of torn bytes exactly if there are some. */
    private boolean isNext(AuditLine line) {
        boolean follows = end == null ? line.seq() != 1 || line.follows(ChainEnd.NONE) : line.follows(end);
        if (!follows || torn == null || line.torn() == null) {
            return follows && torn == null && line.torn() == null;
        }
        boolean tells = torn.hasHash(line.torn());
        tornPlaces += tells ? 1 : 0;
        return tells;
    }

    /**
     * Returns whether the last line is what a failed write left of this one, all but the line feed, so that it only
     * looks whole.
     */
    private boolean isInPlaceOfLast(AuditLine line) {
        if (torn != null || last == null || line.torn() == null) {
            return false;
        }
        AuditLine before = AuditLine.parse(last).orElseThrow();
        TornBytes left = new TornBytes(new Fault(Path.of(""), 0, "", ""));
        left.add(last);
        boolean isSo = line.seq() == before.seq() && line.prev().equals(before.prev()) && left.hasHash(line.torn());
        tornPlaces += isSo ? 1 : 0;
        return isSo;
    }

    private String expected() {
        return end == null
                ? "the first line of an audit log"
                : "seq " + (end.seq() + 1) + ", prev " + end.hash() + " (the hash of the line before)";
    }

    private static String found(Optional<AuditLine> line) {
        return line.map(found -> "seq " + found.seq() + ", prev " + found.prev()
                        + (found.torn() == null ? "" : ", torn " + found.torn()))
                .orElse("no whole line of an audit log");
    }
}
