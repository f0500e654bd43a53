package io.discovery.history;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The events of a run, in the order in which they were noted. Times are of {@link System#nanoTime}. Thread-safe.
 */
public final class History {

    /** Reads of the member show from {@code from} on all that was acknowledged anywhere before {@code upTo}. */
    public record Knowledge(int member, long from, long upTo) {}

    /** The member was frozen, dead or loading in this time: no answer is expected. */
    public record Away(int member, long from, long until) {}

    /** The member lost its memory. */
    public record Loss(int member, long at) {}

    /** All members died at {@code at}: changes acknowledged since {@code from} may be gone. */
    public record End(long from, long at) {}

    /** Links between members were cut or slow in this time. */
    public record Split(long from, long until) {}

    /** All members were equal at {@code from}, and nothing was at fault until {@code until}. */
    public record Calm(long from, long until) {}

    /** The nemesis injected a fault, or something else happened that a reader of the history wants to know. */
    public record Event(long at, String what) {}

    private final long start = System.nanoTime();
    private final List<Operation> operations = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<Knowledge> knowledge = new ArrayList<>();
    private final List<Away> away = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private final List<End> ends = new ArrayList<>();
    private final List<Split> splits = new ArrayList<>();
    private final List<Calm> calms = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    public synchronized void add(Operation operation) {
        operations.add(operation);
    }

    public synchronized void add(Hold hold) {
        holds.add(hold);
    }

    public synchronized void add(Knowledge known) {
        knowledge.add(known);
    }

    public synchronized void add(Away time) {
        away.add(time);
    }

    public synchronized void add(Loss loss) {
        losses.add(loss);
    }

    public synchronized void add(End end) {
        ends.add(end);
    }

    public synchronized void add(Split split) {
        splits.add(split);
    }

    public synchronized void add(Calm calm) {
        calms.add(calm);
    }

    public synchronized void event(String what) {
        events.add(new Event(System.nanoTime(), what));
    }

    /** Returns the operations in the order in which they began. */
    public synchronized List<Operation> operations() {
        return operations.stream()
                .sorted(Comparator.comparingLong(Operation::invoked))
                .toList();
    }

    synchronized List<Hold> holds() {
        return List.copyOf(holds);
    }

    synchronized List<Knowledge> knowledge() {
        return List.copyOf(knowledge);
    }

    synchronized List<Away> away() {
        return List.copyOf(away);
    }

    synchronized List<Loss> losses() {
        return List.copyOf(losses);
    }

    synchronized List<End> ends() {
        return List.copyOf(ends);
    }

    synchronized List<Split> splits() {
        return List.copyOf(splits);
    }

    synchronized List<Calm> calms() {
        return List.copyOf(calms);
    }

    /** Returns true if no answer was expected of the member while the operation ran, or {@code edge} before or after. */
    public synchronized boolean isAway(Operation operation, Duration edge) {
        return away.stream()
                .anyMatch(time -> time.member() == operation.member()
                        && operation.invoked() - edge.toNanos() <= time.until()
                        && operation.completed() + edge.toNanos() >= time.from());
    }

    /** Returns the milliseconds since the start. */
    public long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - start);
    }

    /** Writes a line for each event, with times in milliseconds since the start. */
    public synchronized void write(Path file) {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            events.forEach(event -> out.println(millis(event.at()) + " " + event.what()));
            splits.forEach(split -> out.println(times(split.from(), split.until()) + " links at fault"));
            calms.forEach(calm -> out.println(times(calm.from(), calm.until()) + " calm"));
            away.forEach(time -> out.println(times(time.from(), time.until()) + " member " + time.member() + " away"));
            losses.forEach(loss -> out.println(millis(loss.at()) + " member " + loss.member() + " lost its memory"));
            ends.forEach(end -> out.println(
                    millis(end.at()) + " all died, with what was acknowledged since " + millis(end.from())));
            knowledge.forEach(known -> out.println(millis(known.from()) + " member " + known.member()
                    + " shows all acknowledged before " + millis(known.upTo())));
            operations().forEach(operation -> out.println(line(operation)));
            holds.forEach(hold -> out.println(line(hold)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String times(long from, long until) {
        return millis(from) + ".." + millis(until);
    }

    String line(Operation operation) {
        String target = operation.kind().isChange()
                ? operation.key() + " " + operation.value()
                : operation.service() + " " + sorted(operation.seen());
        return times(operation.invoked(), operation.completed()) + " client " + operation.client() + " "
                + (operation.member() == Operation.ANY ? "any member" : "member " + operation.member()) + " "
                + operation.outcome() + " " + operation.status() + " " + operation.kind() + " " + target;
    }

    String line(Hold hold) {
        return times(hold.since(), hold.until()) + " " + hold.watcher() + " at member " + hold.member() + " holds "
                + hold.service() + " " + sorted(hold.list());
    }

    private static String sorted(Map<String, Seen> list) {
        StringBuilder text = new StringBuilder("{");
        new TreeSet<>(list.keySet()).forEach(host -> {
            Seen seen = list.getOrDefault(host, new Seen("", null, null));
            text.append(text.length() == 1 ? "" : ", ").append(host).append(' ').append(seen.revision());
            text.append(seen.weight() == null || seen.weight().isEmpty() ? "" : " weight " + seen.weight());
        });
        return text.append('}').toString();
    }
}
