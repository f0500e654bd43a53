package io.discovery.durability;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.ListedBackend;
import io.discovery.registry.LocalStore;
import io.discovery.registry.StoredCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteBehindTest {

    private static final Duration DELAY = Duration.ofMillis(20);

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final ListedBackend backend = new ListedBackend();
    private final Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
    private final WritePolicy policy = WritePolicy.toItsOwn(
            new BackendImporter(new LocalStore(LEASE, clock::nowMicros), copy, clock, LEASE, Duration.ZERO));
    private final WriteBehind writeBehind = new WriteBehind(backend, policy);

    @AfterEach
    void close() {
        backend.down = false;
        backend.refused = null;
        writeBehind.close();
    }

    @Test
    void ofManyChangesToOneRegistrationTheLastIsWritten() {
        writeBehind.follow();
        Registration last = registered(key("payments", 1), clock.next());
        for (int i = 0; i < 10; i++) {
            last = registered(last.key(), clock.next());
            writeBehind.changed(last);
        }
        assertThat(writeBehind.waiting()).isEqualTo(1);

        writeBehind.start(DELAY);

        await().until(() -> writeBehind.waiting() == 0);
        assertThat(backend.rows).containsValue(last);
        assertThat(backend.batches).hasSize(1);
        assertThat(writeBehind.written()).isEqualTo(1);
    }

    @Test
    void whatIsReadFromTheBackendIsNotWrittenToIt() {
        writeBehind.changed(registered(key("payments", 1), clock.next()));

        assertThat(writeBehind.waiting()).isZero();
    }

    /** The backend was away for so long, or a clock was stepped. */
    @Test
    void whatIsPastItsRetentionIsNoMoreGivenAndDoesNotCountAsWritten() {
        writeBehind.follow();
        Registration old = registered(key("payments", 1), clock.next());
        writeBehind.changed(old);
        clock.now.set(LEASE.keptUntil(old));
        writeBehind.changed(registered(key("payments", 2), clock.next()));

        writeBehind.start(DELAY);

        await().until(() -> writeBehind.waiting() == 0);
        assertThat(backend.rows).containsOnlyKeys(key("payments", 2));
        assertThat(writeBehind.written()).isEqualTo(1);
    }

    @Test
    void anOutageLosesNothingAndIsTold() {
        writeBehind.follow();
        backend.down = true;
        writeBehind.start(DELAY);
        for (int i = 0; i < 1_200; i++) {
            writeBehind.changed(registered(key("payments", i), clock.next()));
        }

        await().until(() -> writeBehind.failure() != null);
        assertThat(writeBehind.failure()).isEqualTo("down");
        assertThat(writeBehind.failed()).isPositive();
        assertThat(writeBehind.waiting()).isEqualTo(1_200);

        backend.down = false;
        await().until(() -> writeBehind.waiting() == 0);
        await().until(() -> writeBehind.failure() == null);
        assertThat(backend.rows).hasSize(1_200);
        assertThat(backend.batches).allMatch(batch -> batch.size() <= 500);
    }

    @Test
    void aKeyThatCannotBeWrittenHoldsUpNoOther() {
        writeBehind.follow();
        backend.refused = key("payments", 3);
        for (int i = 0; i < 1_200; i++) {
            writeBehind.changed(registered(key("payments", i), clock.next()));
        }

        writeBehind.start(DELAY);

        await().until(() -> writeBehind.waiting() == 1 && writeBehind.failure() != null);
        assertThat(backend.rows).hasSize(1_199);
        assertThat(writeBehind.failure()).contains("refused");
    }

    @Test
    void whatTheBackendWillNeverTakeIsGivenUpUntilItChanges() {
        writeBehind.follow();
        Registration registration = registered(key("payments", 3), clock.next());
        backend.rejected = registration.key();
        writeBehind.changed(registration);
        writeBehind.start(DELAY);
        await().until(() -> writeBehind.rejected() == 1);
        assertThat(writeBehind.waiting()).isZero();
        assertThat(writeBehind.failure()).isNull();

        writeBehind.changed(registered(registration.key(), clock.next()));
        assertThat(writeBehind.waiting())
                .as("a heartbeat that says nothing new")
                .isZero();

        backend.rejected = null;
        Registration changed = new Registration(
                registration.key(), new CheckIn(clock.next(), 80, "other revision", ""), registration.tags(), null);
        writeBehind.changed(changed);

        await().until(() -> changed.equals(backend.rows.get(changed.key())));
        assertThat(writeBehind.failed()).as("what is not tried again").isZero();
    }

    @Test
    void whatWasRejectedIsForgottenWithItsRegistration() {
        writeBehind.follow();
        Registration registration = registered(key("payments", 3), clock.next());
        backend.rejected = registration.key();
        writeBehind.changed(registration);
        writeBehind.start(DELAY);
        await().until(() -> writeBehind.rejected() == 1);

        writeBehind.sweep(List.of());
        writeBehind.changed(registration);

        await().until(() -> writeBehind.rejected() == 2);
    }

    @Test
    void aSweepTakesWhatNoChangeTold() {
        Registration registration = registered(key("payments", 1), clock.next());
        writeBehind.start(DELAY);

        writeBehind.sweep(List.of(registration));

        await().until(() -> backend.rows.containsValue(registration));
    }

    @Test
    void closingWritesWhatWaits() {
        writeBehind.follow();
        writeBehind.start(Duration.ofHours(1));
        writeBehind.changed(registered(key("payments", 1), clock.next()));

        writeBehind.close();

        assertThat(backend.rows).hasSize(1);
        assertThat(backend.closed).isTrue();
    }

    @Test
    void closingTriesAgainWhatABusyBackendRefused() {
        writeBehind.follow();
        writeBehind.start(Duration.ofHours(1));
        writeBehind.changed(registered(key("payments", 1), clock.next()));
        backend.failingWrites.set(2);

        writeBehind.close();

        assertThat(backend.rows).hasSize(1);
        assertThat(backend.closed).isTrue();
    }

    @Test
    void closingGivesUpABackendThatStaysDown() {
        WriteBehind patient = new WriteBehind(backend, policy, Duration.ofMillis(600));
        patient.follow();
        for (int i = 0; i < 1_200; i++) {
            patient.changed(registered(key("payments", i), clock.next()));
        }
        backend.down = true;

        patient.close();

        assertThat(patient.failed()).as("more than one attempt").isGreaterThan(500);
        assertThat(patient.waiting()).isEqualTo(1_200);
        assertThat(patient.failure()).isEqualTo("down");
        assertThat(backend.closed).isTrue();
    }

    @Test
    void closingInAHurryTriesOnce() {
        writeBehind.follow();
        writeBehind.changed(registered(key("payments", 1), clock.next()));
        backend.down = true;

        Thread.currentThread().interrupt();
        writeBehind.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(writeBehind.failed()).isOne();
        assertThat(backend.closed).isTrue();
    }

    /** Two threads tell of two states of one registration, the later first. */
    @Test
    void aStateThatIsToldLateDoesNotReplaceANewerOne() {
        writeBehind.follow();
        Registration older = registered(key("payments", 1), clock.next());
        Registration newer = registered(key("payments", 1), clock.next());
        writeBehind.changed(newer);
        writeBehind.changed(older);

        writeBehind.start(DELAY);

        await().until(() -> writeBehind.waiting() == 0);
        assertThat(backend.rows).containsValue(newer);
    }

    /** The member took a change by a wrong clock, met others, and put it right before the backend took it. */
    @Test
    void whatAWrongClockWroteIsNotWrittenOnceItIsPutRight() {
        writeBehind.follow();
        Registration right = registered(key("payments", 1), clock.next());
        Registration ahead = registered(right.key(), new Version(clock.nowMicros() + 3_600 * SECOND, 1));
        writeBehind.changed(ahead);
        copy.merge(right);
        writeBehind.changed(right);

        writeBehind.start(DELAY);

        await().until(() -> writeBehind.waiting() == 0);
        assertThat(backend.rows).containsValue(right);
    }

    /** The listener is called before readers see the copy that was put right. */
    @Test
    void whatIsBeingPutRightIsNotWrittenAsItWas() {
        writeBehind.follow();
        Registration right = registered(key("payments", 1), clock.next());
        copy.merge(registered(right.key(), new Version(clock.nowMicros() + 3_600 * SECOND, 1)));
        writeBehind.changed(right);

        writeBehind.start(DELAY);

        await().until(() -> writeBehind.waiting() == 0);
        assertThat(backend.rows).containsValue(right);
    }

    /** A member of a large registry hears of others' changes until it has left the cluster. */
    @Test
    void closingDoesNotWaitForTheEndOfChanges() {
        List<Runnable> next = new ArrayList<>();
        WriteBehind busy = new WriteBehind(backend, new WritePolicy() {
            @Override
            public boolean isDue(Registration registration) {
                return true;
            }

            @Override
            public boolean isOverdue(Registration registration) {
                return true;
            }

            @Override
            public Registration newest(Registration waiting) {
                return waiting;
            }

            @Override
            public @Nullable StoredCopy known(InstanceKey key) {
                return null;
            }

            @Override
            public void done(List<Registration> stored, List<Registration> found) {
                next.forEach(Runnable::run);
            }
        });
        busy.follow();
        next.add(() -> busy.changed(registered(key("payments", 1), clock.next())));
        next.forEach(Runnable::run);

        busy.close();

        assertThat(busy.waiting()).isEqualTo(1);
        assertThat(backend.batches).hasSize(4);
        assertThat(backend.closed).isTrue();
    }
}
