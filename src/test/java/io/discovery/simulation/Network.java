package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The links between machines: messages take their time, overtake each other, and are lost where a link is down. */
final class Network {

    /** Time for which a link may be down before members give each other up. */
    private static final long SHORTEST_PATIENCE = 100 * MILLISECOND;

    private static final long LONGEST_PATIENCE = 5 * SECOND;
    private static final long UP = Long.MAX_VALUE;

    private final Timeline timeline;
    private final Chance chance;
    /** Time since which a message from one machine to another is lost; {@link #UP} if it is not. */
    private final long[][] downSince;

    private long lossPercent;

    Network(Timeline timeline, Chance chance, int machines) {
        this.timeline = timeline;
        this.chance = chance;
        this.downSince = new long[machines][machines];
        heal();
    }

    void heal() {
        lossPercent = 0;
        for (long[] row : downSince) {
            Arrays.fill(row, UP);
        }
    }

    /** Cuts all links between the machines of a set and the others, in both directions. */
    void cut(int side) {
        for (int from = 0; from < downSince.length; from++) {
            for (int to = 0; to < downSince.length; to++) {
                if ((side >> from & 1) != (side >> to & 1)) {
                    cut(from, to);
                }
            }
        }
    }

    void cut(int from, int to) {
        downSince[from][to] = Math.min(downSince[from][to], timeline.now());
    }

    /** Loses so many of a hundred messages that no sender waits for, and delays others. */
    void lose(long percent) {
        lossPercent = percent;
    }

    boolean isUp(Member a, Member b) {
        return downSince[a.number()][b.number()] == UP && downSince[b.number()][a.number()] == UP;
    }

    /** Returns whether two members have had no connection for so long that they give each other up. */
    boolean isGivenUp(Member a, Member b) {
        return isGivenUp(a.number(), b.number()) || isGivenUp(b.number(), a.number());
    }

    private boolean isGivenUp(int from, int to) {
        long since = downSince[from][to];
        return since != UP
                && timeline.now() - since > chance.between(SHORTEST_PATIENCE, LONGEST_PATIENCE, since, from + to);
    }

    /** Brings a message that its sender waits for: a lossy link delays it, as TCP does. */
    void send(Member from, Member to, Runnable atReceiver) {
        boolean isRepeated = isLossy(from, to);
        deliver(from, to, delay(from, to) + (isRepeated ? 200 * MILLISECOND : 0), atReceiver);
    }

    /** Brings a message that its sender does not wait for: a lossy link loses it, as a connection that breaks does. */
    void tell(Member from, Member to, Runnable atReceiver) {
        if (!isLossy(from, to)) {
            deliver(from, to, delay(to, from), atReceiver);
        }
    }

    private boolean isLossy(Member from, Member to) {
        return chance.happens(lossPercent, timeline.now(), from.number(), to.number());
    }

    private void deliver(Member from, Member to, long delay, Runnable atReceiver) {
        if (from == to) {
            to.run(atReceiver);
        } else if (downSince[from.number()][to.number()] == UP) {
            timeline.after(delay, () -> arrive(from, to, atReceiver));
        }
    }

    private void arrive(Member from, Member to, Runnable atReceiver) {
        if (downSince[from.number()][to.number()] == UP) {
            to.run(atReceiver);
        }
    }

    /** Some tenths of a millisecond as a rule, sometimes much more. */
    private long delay(Member from, Member to) {
        long[] purpose = {timeline.now(), from.number(), to.number(), 1};
        return chance.happens(5, purpose)
                ? chance.between(MILLISECOND, 80 * MILLISECOND, purpose)
                : chance.between(100, 2 * MILLISECOND, purpose);
    }

    /** A question to a member, and the answer if it comes. */
    <T> void ask(Member from, Member to, Supplier<T> question, Consumer<T> answer) {
        send(from, to, () -> {
            T answered = question.get();
            send(to, from, () -> answer.accept(answered));
        });
    }
}
