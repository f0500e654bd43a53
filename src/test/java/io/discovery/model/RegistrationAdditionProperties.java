package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Additions, which a later version of the program may make, and this one keeps. */
class RegistrationAdditionProperties extends RegistrationArbitraries {

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
}
