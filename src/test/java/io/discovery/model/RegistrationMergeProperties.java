package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** The merge as a join of a semilattice. */
class RegistrationMergeProperties extends RegistrationArbitraries {

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
}
