package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A thousand changes of one request, which end when the test says so. */
class LanesTest {

    private static final int CHANGES = 1_000;

    private final List<Promise<Void>> begun = new ArrayList<>();
    private final Promise<Void> deadline = Promise.promise();
    private boolean isGone;

    @Test
    void aFewAreUnderWayAtATime() {
        Future<Void> all = run(this::begin);

        assertThat(begun).hasSize(Lanes.MOST);
        for (int i = 0; i < CHANGES; i++) {
            assertThat(all.isComplete()).isFalse();
            begun.get(i).complete();
            assertThat(begun).hasSize(Math.min(CHANGES, Lanes.MOST + i + 1));
        }
        assertThat(all.succeeded()).isTrue();
    }

    @Test
    void noneBeginsAfterTheDeadline() {
        Future<Void> all = run(this::begin);

        deadline.fail("late");
        List.copyOf(begun).forEach(Promise::complete);

        assertThat(all.failed()).isTrue();
        assertThat(begun).hasSize(Lanes.MOST);
    }

    @Test
    void noneBeginsWhenTheClientHasGone() {
        run(this::begin);

        isGone = true;
        List.copyOf(begun).forEach(Promise::complete);

        assertThat(begun).hasSize(Lanes.MOST);
    }

    @Test
    void oneThatFailsEndsItsLaneAndTheWholeWhenTheOthersAreDone() {
        Future<Void> all = run(this::begin);

        begun.get(0).fail("no room");
        assertThat(begun).hasSize(Lanes.MOST);
        for (int i = 1; i < begun.size(); i++) {
            begun.get(i).complete();
        }

        assertThat(begun).hasSize(CHANGES);
        assertThat(all.cause()).hasMessage("no room");
    }

    @Test
    void thoseThatAreOverAtOnceAreNotOneInTheOther() {
        Supplier<Future<Void>> done = Future::succeededFuture;

        Future<Void> all =
                Lanes.run(Stream.generate(() -> done).limit(1_000_000).iterator(), () -> false, changes -> changes);

        assertThat(all.succeeded()).isTrue();
    }

    private Future<Void> run(Supplier<Future<Void>> change) {
        return Lanes.run(Stream.generate(() -> change).limit(CHANGES).iterator(), () -> isGone, this::byDeadline);
    }

    private Future<Void> byDeadline(Future<Void> changes) {
        Promise<Void> first = Promise.promise();
        changes.onComplete(first::tryComplete, first::tryFail);
        deadline.future().onFailure(first::tryFail);
        return first.future();
    }

    private Future<Void> begin() {
        Promise<Void> promise = Promise.promise();
        begun.add(promise);
        return promise.future();
    }
}
