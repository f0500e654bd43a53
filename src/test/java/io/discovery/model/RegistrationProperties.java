package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** The merge is a join of a semilattice, and the changes of clients survive it in every order. */
class RegistrationProperties {

    private static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0.1"));
    private static final Lease LEASE = Lease.of(Duration.ofNanos(40_000));

    @Property
    void mergeIsCommutative(@ForAll("registrations") Registration a, @ForAll("registrations") Registration b) {
        assertThat(Registration.merge(a, b)).isEqualTo(Registration.merge(b, a));
    }

    @Property
    void mergeIsAssociative(
            @ForAll("registrations") Registration a,
            @ForAll("registrations") Registration b,
            @ForAll("registrations") Registration c) {
        assertThat(Registration.merge(Registration.merge(a, b), c))
                .isEqualTo(Registration.merge(a, Registration.merge(b, c)));
    }

    @Property
    void mergeIsIdempotent(@ForAll("registrations") Registration a, @ForAll("registrations") Registration b) {
        Registration merged = Registration.merge(a, b);

        assertThat(Registration.merge(a, a)).isEqualTo(a);
        assertThat(Registration.merge(merged, a)).isEqualTo(merged);
        assertThat(Registration.merge(merged, b)).isEqualTo(merged);
    }

    @Property
    void digestsTellRegistrationsApartButForTheirGrace(
            @ForAll("registrations") Registration a, @ForAll("registrations") Registration b) {
        assertThat(a.digest() == b.digest()).isEqualTo(withoutGrace(a).equals(withoutGrace(b)));
        assertThat(a.copyDigest() == b.copyDigest()).isEqualTo(a.equals(b));
    }

    private static Registration withoutGrace(Registration registration) {
        CheckIn last = registration.checkIn();
        return last == null
                ? registration
                : new Registration(
                        registration.key(),
                        new CheckIn(last.version(), last.port(), last.revision(), last.repo(), 0),
                        registration.tags(),
                        registration.deregistration(),
                        registration.additions());
    }

    @Property
    void nothingStandsAtOrBelowTheDeregistration(
            @ForAll("registrations") Registration a, @ForAll("registrations") Registration b) {
        Registration merged = Registration.merge(a, b);

        Version gone = merged.deregistration();
        if (gone != null) {
            assertThat(merged.tags().list()).allMatch(tag -> tag.version().isAfter(gone));
            assertThat(merged.additions().list()).allMatch(tag -> tag.version().isAfter(gone));
            assertThat(merged.checkIn())
                    .satisfiesAnyOf(
                            c -> assertThat(c).isNull(),
                            c -> assertThat(c.version()).isGreaterThan(gone));
        }
    }

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

    @Property
    void eachAdditionEndsAtTheLaterOfTwo(
            @ForAll("registrations") Registration a, @ForAll("registrations") Registration b) {
        Registration merged = Registration.merge(a, b);

        for (Registration copy : List.of(a, b)) {
            for (Tag addition : copy.additions().list()) {
                assertThat(merged.additions().find(addition.key()))
                        .as("%s of %s", addition.key(), merged)
                        .satisfiesAnyOf(
                                kept -> assertThat(kept)
                                        .hasValueSatisfying(later ->
                                                assertThat(later.version()).isGreaterThanOrEqualTo(addition.version())),
                                gone -> assertThat(merged.deregistration())
                                        .isNotNull()
                                        .isGreaterThanOrEqualTo(addition.version()));
            }
        }
    }

    /** As tags do; but no change of this version makes or replaces one. */
    @Property
    void aChangeKeepsAdditionsUnlessItEndsWhatTheyAreOf(
            @ForAll("registrations") Registration stored, @ForAll("change") Change change) {
        if (change.applyTo(stored) instanceof Change.Outcome.Applied applied) {
            Version gone = applied.registration().deregistration();
            Tags left = gone == null ? stored.additions() : stored.additions().after(gone);
            assertThat(applied.registration().additions()).isEqualTo(left);
        }
    }

    @Property
    void aNewStartThatABackendReadsOfLeavesTheAdditionsBehind(@ForAll("registrations") Registration read) {
        CheckIn last = read.checkIn();
        if (last != null) {
            Registration beaten = new Registration(KEY, checkIn(new Version(1_000, 1), 0), Tags.NONE, null);

            assertThat(read.restoredBeside(beaten, LEASE).additions()).isSameAs(Tags.NONE);
            assertThat(read.restoredBeside(beaten, new Lease(1_000_000)).additions())
                    .isEqualTo(read.additions());
            assertThat(read.withGrace(5).additions()).isEqualTo(read.additions());
        }
    }

    @Property
    void contentDigestsTellAdditionsApartButNotWhenTheyWereWritten(@ForAll("registrations") Registration a) {
        Registration without = new Registration(a.key(), a.checkIn(), a.tags(), a.deregistration());
        List<Tag> later = a.additions().list().stream()
                .map(addition -> new Tag(addition.key(), addition.json(), new Version(1_000, 1)))
                .toList();
        Registration again = new Registration(a.key(), a.checkIn(), a.tags(), a.deregistration(), new Tags(later));

        assertThat(again.contentDigest()).isEqualTo(a.contentDigest());
        assertThat(without.contentDigest() == a.contentDigest())
                .isEqualTo(a.additions().list().isEmpty());
    }

    @Property
    void digestsTellAnAdditionFromATagOfItsName(@ForAll("registrations") Registration a) {
        Tags same = a.tags();
        Registration tagged = new Registration(a.key(), a.checkIn(), same, a.deregistration());
        Registration added = new Registration(a.key(), a.checkIn(), Tags.NONE, a.deregistration(), same);

        assertThat(added.digest() == tagged.digest()).isEqualTo(same.list().isEmpty());
        assertThat(added.contentDigest() == tagged.contentDigest())
                .isEqualTo(same.list().isEmpty());
    }

    /** Two halves of a cluster take changes apart; merged in any way, both hold the same. */
    @Property
    void halvesThatTookChangesApartConverge(
            @ForAll("changes") List<Change> left, @ForAll("changes") List<Change> right, @ForAll long seed) {
        List<Registration> seen = new ArrayList<>();
        Registration a = applyAll(left, seen);
        Registration b = applyAll(right, seen);

        Registration merged = merge(seen);
        assertThat(a == null && b == null).isEqualTo(merged == null);
        if (merged != null) {
            Registration halves = a == null ? b : b == null ? a : Registration.merge(a, b);
            shuffle(seen, seed);
            assertThat(merge(seen)).isEqualTo(merged).isEqualTo(halves);
        }
    }

    @Property
    void aChangeAppliedTwiceIsAppliedOnce(
            @ForAll("registrations") @Nullable Registration stored, @ForAll("change") Change change) {
        Change.Outcome first = change.applyTo(stored);

        if (first instanceof Change.Outcome.Applied applied) {
            assertThat(change.applyTo(applied.registration())).isEqualTo(first);
            assertThat(applied.registration())
                    .as("a change moves every register up")
                    .isEqualTo(
                            stored == null
                                    ? applied.registration()
                                    : Registration.merge(stored, applied.registration()));
        }
    }

    @Property
    void aStaleChangeAppliesAboveTheVersionItIsTold(
            @ForAll("registrations") Registration stored, @ForAll("change") Change change) {
        if (change.applyTo(stored) instanceof Change.Outcome.Stale stale) {
            Version above = new Version(stale.stored().micros() + 1, 7);
            assertThat(change.at(above).applyTo(stored)).isNotInstanceOf(Change.Outcome.Stale.class);
        }
    }

    @Property
    void aWeightAndAHeartbeatNeverLoseEachOther(@ForAll("micros") long weighed, @ForAll("micros") long beaten) {
        Registration start = applied(register(new Version(0, 1), Map.of("az", "\"a\"")), null);
        Change weight = new Change.SetWeight(KEY, new Version(weighed, 2), new Weight(5), new Lease(1_000_000));
        Change heartbeat = longLived(register(new Version(beaten, 3), Map.of("az", "\"b\"")));

        Registration merged = Registration.merge(applied(weight, start), applied(heartbeat, start));

        assertThat(merged.tags().find(Weight.TAG)).map(Tag::json).contains("5");
        assertThat(merged.checkIn()).isNotNull().extracting(CheckIn::micros).isEqualTo(beaten);
    }

    @Property
    void theLaterOfDeregistrationAndHeartbeatDecides(@ForAll("micros") long removed, @ForAll("micros") long beaten) {
        Registration start = applied(register(new Version(0, 1), Map.of("az", "\"a\"", "old", "1")), null);
        Change deregister = new Change.Deregister(KEY, new Version(removed, 2), new Lease(1_000_000));
        Change heartbeat = longLived(register(new Version(beaten, 3), Map.of("az", "\"b\"")));

        Registration merged = Registration.merge(applied(deregister, start), applied(heartbeat, start));

        assertThat(merged.isTombstone()).isEqualTo(removed > beaten);
        assertThat(merged.tags().find("old")).isEmpty();
    }

    @Property
    void aWeightNeverRevivesWhatWasDeregistered(@ForAll("micros") long removed, @ForAll("micros") long weighed) {
        Registration start = applied(register(new Version(0, 1), Map.of()), null);
        Change deregister = new Change.Deregister(KEY, new Version(removed, 2), new Lease(1_000_000));
        Change weight = new Change.SetWeight(KEY, new Version(weighed, 3), new Weight(5), new Lease(1_000_000));

        Registration merged = Registration.merge(applied(deregister, start), applied(weight, start));

        assertThat(merged.isTombstone()).isTrue();
        assertThat(LEASE.isLive(merged, removed)).isFalse();
    }

    private static Change longLived(Change.Register register) {
        return new Change.Register(
                register.key(),
                register.version(),
                register.port(),
                register.revision(),
                register.repo(),
                register.tags(),
                new Lease(1_000_000));
    }

    private static Change.Register register(Version version, Map<String, String> tags) {
        return new Change.Register(KEY, version, 80, "r", "repo", tags, LEASE);
    }

    private static Registration applied(Change change, @Nullable Registration stored) {
        return ((Change.Outcome.Applied) change.applyTo(stored)).registration();
    }

    private static @Nullable Registration applyAll(List<Change> changes, List<Registration> seen) {
        Registration stored = null;
        for (Change change : changes) {
            if (change.applyTo(stored) instanceof Change.Outcome.Applied applied) {
                stored = applied.registration();
                seen.add(stored);
            }
        }
        return stored;
    }

    private static @Nullable Registration merge(List<Registration> copies) {
        return copies.stream().reduce(Registration::merge).orElse(null);
    }

    private static void shuffle(List<Registration> seen, long seed) {
        Collections.shuffle(seen, new Random(seed));
    }

    @Provide
    Arbitrary<Long> micros() {
        return Arbitraries.longs().between(1, 100);
    }

    /** Versions as clocks make them: a member never makes one twice, so its content hangs on it. */
    private static Arbitrary<Version> versions() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 100), Arbitraries.longs().between(1, 3))
                .as(Version::new);
    }

    private static CheckIn checkIn(Version version, long grace) {
        return new CheckIn(version, 1 + (int) (version.micros() % 3), "r" + version.member(), "repo", grace);
    }

    @Provide
    Arbitrary<Registration> registrations() {
        Arbitrary<Map<String, Version>> tags = Arbitraries.maps(Arbitraries.of("az", "region", Weight.TAG), versions())
                .ofMaxSize(3);
        Arbitrary<Long> graces = Arbitraries.of(0L, 0L, 7L, 9L);
        return Combinators.combine(
                        versions().injectNull(0.2), graces, tags, versions().injectNull(0.5), additions())
                .as(RegistrationProperties::registration);
    }

    /** One of them with the name of a tag. */
    private static Arbitrary<Map<String, Version>> additions() {
        return Arbitraries.maps(Arbitraries.of("az", "health"), versions()).ofMaxSize(2);
    }

    private static Registration registration(
            @Nullable Version checkIn,
            long grace,
            Map<String, Version> tags,
            @Nullable Version deregistration,
            Map<String, Version> additions) {
        Version gone = checkIn == null && deregistration == null ? new Version(1, 1) : deregistration;
        return new Registration(
                KEY, checkIn == null ? null : checkIn(checkIn, grace), tags(tags), gone, tags(additions));
    }

    private static Tags tags(Map<String, Version> versions) {
        return new Tags(versions.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), Long.toString(tag.getValue().micros()), tag.getValue()))
                .toList());
    }

    @Provide
    Arbitrary<Change> change() {
        return Combinators.combine(versions(), Arbitraries.integers().between(0, 5), Arbitraries.of("az", Weight.TAG))
                .as((version, kind, tag) -> switch (kind) {
                    case 0 -> new Change.Deregister(KEY, version, LEASE);
                    case 1, 2 -> new Change.SetWeight(KEY, version, new Weight((int) version.micros()), LEASE);
                    default -> register(version, Map.of(tag, Long.toString(version.micros())));
                });
    }

    /** Changes with versions of their own, as members make them. */
    @Provide
    Arbitrary<List<Change>> changes() {
        return change().list().ofMaxSize(12).map(list -> {
            Set<Version> made = new HashSet<>();
            Map<Version, Change> distinct = new HashMap<>();
            list.stream().filter(change -> made.add(change.version())).forEach(c -> distinct.put(c.version(), c));
            return List.copyOf(distinct.values());
        });
    }
}
