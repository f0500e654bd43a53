package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Registrations with versions ahead of the clock. */
class RegistrationAheadProperties extends RegistrationArbitraries {

    @Property
    void clampingLeavesNothingLaterAndKeepsTheLiveAlive(
            @ForAll("registrations") Registration a, @ForAll("micros") long limit) {
        Registration clamped = a.clampedTo(limit);

        assertThat(clamped.lastVersion().micros()).isLessThanOrEqualTo(Math.max(limit, Long.MIN_VALUE));
        assertThat(clamped.isTombstone()).isEqualTo(a.isTombstone());
        assertThat(clamped.clampedTo(limit)).isEqualTo(clamped);
    }

    /** All versions are above 0, and so ahead. */
    @Property
    void whatIsAheadReplacesNothingAndOutlivesNoDeregistration(
            @ForAll("registrations") Registration ahead, @ForAll("registrations") Registration other) {
        Registration merged =
                ahead.countedBeside(other, -Version.CLOCK_TOLERANCE_MICROS).mergedInto(other);

        assertThat(merged.checkIn()).isEqualTo(other.checkIn());
        assertThat(merged.deregistration()).isEqualTo(other.deregistration());
        assertThat(merged.lastVersion()).isEqualTo(other.lastVersion());
        assertThat(merged.tags().list()).containsAll(other.tags().list());
        assertThat(merged.additions().list()).containsAll(other.additions().list());
        if (other.deregistration() != null) {
            assertThat(merged).isEqualTo(other);
        }
    }

    /** The member with the wrong clock removed the instance earlier, by a version that is not ahead, or by a return. */
    @Property
    void anInstanceThatCameBackByAWrongClockIsNotRemoved(
            @ForAll("registrations") Registration told,
            @ForAll("registrations") Registration other,
            @ForAll("micros") long limit) {
        long now = limit - Version.CLOCK_TOLERANCE_MICROS;
        CheckIn ahead = told.checkIn();
        Assume.that(ahead != null && ahead.version().isAhead(now));

        Registration merged = told.countedBeside(other, now).mergedInto(other);

        assertThat(merged.checkIn()).isEqualTo(other.checkIn());
        assertThat(merged.deregistration()).isEqualTo(other.deregistration());
    }

    @Property
    void whatIsAheadCountsOnceHoweverOftenItIsTold(
            @ForAll("registrations") Registration told,
            @ForAll("registrations") Registration other,
            @ForAll("micros") long limit) {
        long now = limit - Version.CLOCK_TOLERANCE_MICROS;
        Registration once = told.countedBeside(other, now).mergedInto(other);

        assertThat(told.countedBeside(once, now).mergedInto(once)).isEqualTo(once);
        assertThat(told.countedBeside(null, now).isAhead(now)).isFalse();
    }

    @Property
    void whatIsNotAheadCountsAsItIs(
            @ForAll("registrations") Registration told, @ForAll("registrations") Registration other) {
        long now = told.lastVersion().micros() - Version.CLOCK_TOLERANCE_MICROS;

        assertThat(told.countedBeside(other, now)).isEqualTo(told);
    }
}
