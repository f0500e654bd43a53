package io.discovery.history;

import io.discovery.history.History.Away;
import io.discovery.history.History.Calm;
import io.discovery.history.History.End;
import io.discovery.history.History.Knowledge;
import io.discovery.history.History.Loss;
import io.discovery.history.History.Split;
import io.discovery.history.Operation.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A history that a test writes. Times are in milliseconds; an operation takes 5 ms unless it says otherwise. There is
 * one service with one host, and one client unless a test names another.
 */
final class HistoryScript {

    static final int OK = 200;
    static final int REFUSED = 404;
    static final int UNAVAILABLE = 503;
    static final int BROKEN = 0;
    static final String HOST = "127.0.0.1";

    private static final String SERVICE = "s";
    private static final Duration LONG = Duration.ofMinutes(10);

    private final History history = new History();
    private final Rules rules;

    /** Creates an empty history in which leases do not end. */
    HistoryScript() {
        this(LONG, false);
    }

    /** Creates an empty history in which a silent host is listed for half a second more than its lease. */
    HistoryScript(Duration lease, boolean isProtected) {
        this.rules = new Rules(
                Duration.ofMillis(100),
                Duration.ofMillis(1_500),
                Duration.ofMillis(10),
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                lease,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                isProtected);
    }

    /** Returns the promises that are broken, in the order in which the checker finds them. */
    List<Promise> broken() {
        return Checker.check(history, rules).stream().map(Violation::promise).toList();
    }

    void register(int member, long at, String revision, int status) {
        add(member, Kind.REGISTER, at, 5, revision, status, Map.of());
    }

    void weigh(int member, long at, String weight, int status) {
        add(member, Kind.WEIGH, at, 5, weight, status, Map.of());
    }

    void deregister(int member, long at, int status) {
        add(member, Kind.DEREGISTER, at, 5, "", status, Map.of());
    }

    void read(int member, long at, Map<String, Seen> seen) {
        add(member, Kind.READ, at, 5, "", OK, seen);
    }

    /** Adds an event that shows what was there up to half a second before. */
    void event(int member, long at, Map<String, Seen> seen) {
        history.add(new Operation(7, Kind.EVENT, member, SERVICE, "", "", ms(at - 500), ms(at), OK, seen));
    }

    void add(int member, Kind kind, long at, long took, String value, int status, Map<String, Seen> seen) {
        add(0, member, kind, at, took, value, status, seen);
    }

    void add(int client, int member, Kind kind, long at, long took, String value, int status, Map<String, Seen> seen) {
        String host = kind.isChange() ? HOST : "";
        history.add(new Operation(client, kind, member, SERVICE, host, value, ms(at), ms(at + took), status, seen));
    }

    void hold(int member, long since, long until, Map<String, Seen> list) {
        history.add(new Hold("a watcher", member, SERVICE, ms(since), ms(until), list));
    }

    void add(Knowledge known) {
        history.add(known);
    }

    void add(Away time) {
        history.add(time);
    }

    void add(Loss loss) {
        history.add(loss);
    }

    void add(End end) {
        history.add(end);
    }

    void add(Split split) {
        history.add(split);
    }

    void add(Calm calm) {
        history.add(calm);
    }

    static Map<String, Seen> seen(String revision, String weight) {
        return Map.of(HOST, new Seen(revision, weight, null));
    }

    /** Returns the host as a client sees it that is told of check-ins. */
    static Map<String, Seen> seenAt(String revision, String checkedIn) {
        return Map.of(HOST, new Seen(revision, "", checkedIn));
    }

    static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
