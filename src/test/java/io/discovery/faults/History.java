package io.discovery.faults;

import io.discovery.faults.Operation.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The events of a run, in the order in which they were noted. Times are of {@link System#nanoTime}. */
final class History {

    /** Reads of the member show from {@code from} on all that was acknowledged anywhere before {@code upTo}. */
    record Knowledge(int member, long from, long upTo) {}

    /** The member was frozen, dead or loading in this time: no answer is expected. */
    record Away(int member, long from, long until) {}

    /** The member lost its memory. */
    record Loss(int member, long at) {}

    /** All members died at {@code at}: changes acknowledged since {@code from} may be gone. */
    record End(long from, long at) {}

    /** Links between members were cut or slow in this time. */
    record Split(long from, long until) {}

    /** The nemesis injected a fault. */
    record Event(long at, String what) {}

    private final long start = System.nanoTime();
    private final List<Operation> operations = new ArrayList<>();
    private final List<Knowledge> knowledge = new ArrayList<>();
    private final List<Away> away = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private final List<End> ends = new ArrayList<>();
    private final List<Split> splits = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    synchronized void add(Operation operation) {
        operations.add(operation);
    }

    synchronized void add(Knowledge known) {
        knowledge.add(known);
    }

    synchronized void add(Away time) {
        away.add(time);
    }

    synchronized void add(Loss loss) {
        losses.add(loss);
    }

    synchronized void add(End end) {
        ends.add(end);
    }

    synchronized void add(Split split) {
        splits.add(split);
    }

    synchronized void event(String what) {
        events.add(new Event(System.nanoTime(), what));
    }

    /** Returns the operations in the order in which they began. */
    synchronized List<Operation> operations() {
        return operations.stream()
                .sorted(Comparator.comparingLong(Operation::invoked))
                .toList();
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

    /** Returns the milliseconds since the start. */
    long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - start);
    }

    /** Returns a line for each event, with times in milliseconds since the start. */
    synchronized void write(Path file) {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            events.forEach(event -> out.println(millis(event.at()) + " nemesis " + event.what()));
            away.forEach(time -> out.println(
                    millis(time.from()) + ".." + millis(time.until()) + " member " + time.member() + " away"));
            losses.forEach(loss -> out.println(millis(loss.at()) + " member " + loss.member() + " lost its memory"));
            ends.forEach(end -> out.println(
                    millis(end.at()) + " all died, with what was acknowledged since " + millis(end.from())));
            knowledge.forEach(known -> out.println(millis(known.from()) + " member " + known.member()
                    + " shows all acknowledged before " + millis(known.upTo())));
            operations().forEach(operation -> out.println(line(operation)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String line(Operation operation) {
        String target = operation.kind() == Kind.READ
                ? operation.service() + " " + operation.seen()
                : operation.key() + " " + operation.value();
        return millis(operation.invoked()) + ".." + millis(operation.completed()) + " client " + operation.client()
                + " member " + operation.member() + " " + operation.outcome() + " " + operation.status() + " "
                + operation.kind() + " " + target;
    }
}
