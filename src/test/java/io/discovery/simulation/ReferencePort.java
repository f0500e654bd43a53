package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.cluster.ClusterClock.Reading;
import io.discovery.cluster.ClusterClock.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The clock of the oldest member that is not far ahead, as one member asks for it: OldestMemberClock in the product. */
final class ReferencePort implements Reference {

    private static final long PATIENCE = SECOND;

    private final Member member;
    private boolean isAsking;

    ReferencePort(Member member) {
        this.member = member;
    }

    @Override
    public Reading look() {
        if (isAsking) {
            // The clock has a lock that another thread would wait for.
            return new Reading.None();
        }
        isAsking = true;
        try {
            return firstReading();
        } finally {
            isAsking = false;
        }
    }

    private Reading firstReading() {
        Group group = member.group();
        for (Member asked : group.members()) {
            Reading reading = asked == member ? own() : ask(asked);
            if (reading != null) {
                return reading;
            }
        }
        return group.oldest() == member ? new Reading.Self() : new Reading.None();
    }

    private @Nullable Reading own() {
        return member.isBuilt() && member.clock().isFarAhead() ? null : new Reading.Self();
    }

    /** Returns null if the clock that was asked is far ahead. */
    private @Nullable Reading ask(Member asked) {
        if (!member.isBuilt()) {
            return reading(asked.toldMicros(), 0);
        }
        long begin = member.timeline().now();
        List<Long> answers = new ArrayList<>();
        member.network().ask(member, asked, asked::toldMicros, answers::add);
        member.await(() -> !answers.isEmpty(), PATIENCE);
        return answers.isEmpty()
                ? new Reading.None()
                : reading(answers.get(0), member.timeline().now() - begin);
    }

    private @Nullable Reading reading(long told, long tookMicros) {
        long half = tookMicros / 2 + MILLISECOND;
        long nanos = member.machine().nanoTime() - TimeUnit.MICROSECONDS.toNanos(tookMicros / 2);
        return told < 0 ? null : new Reading.Peer(nanos, told, half);
    }
}
