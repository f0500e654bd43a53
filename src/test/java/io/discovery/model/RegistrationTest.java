package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Single cases beside {@link RegistrationMergeProperties} and its like: bounds, and values that other members and backends know. */
class RegistrationTest {

    private static final InstanceKey KEY = key();
    private static final CheckIn CHECK_IN = new CheckIn(new Version(50, 2), 8080, "r", "repo");
    private static final Tags NO_TAGS = Tags.NONE;

    private static InstanceKey key() {
        return InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0.1"));
    }

    private static Tags tags(String key, long micros) {
        return new Tags(List.of(new Tag(key, "\"x\"", new Version(micros, 3))));
    }

    /** Members of two versions of the program compare them, and DynamoDB keeps them. */
    @Test
    void digestsAreTheSameInEveryVersionOfTheProgram() {
        Registration registration =
                new Registration(KEY, CHECK_IN, tags("az", 40), new Version(30, 1), tags("health", 45));

        assertThat(registration.digest()).isEqualTo(-3_340_152_926_720_151_106L);
        assertThat(registration.contentDigest()).isEqualTo(-8_993_023_622_808_901_528L);
        assertThat(registration.deregistered().digest()).isEqualTo(-5_271_827_859_812_672_969L);
        assertThat(registration.copyDigest()).isEqualTo(registration.digest());
        assertThat(registration.withGrace(7).copyDigest()).isEqualTo(-7_340_890_621_596_327_523L);
    }

    @Test
    void aMergeReturnsTheCopyThatHasEverythingUnderTheKeyThatWasThereFirst() {
        Registration less = new Registration(KEY, CHECK_IN, NO_TAGS, null);
        Registration more = new Registration(KEY, CHECK_IN, tags("az", 40), null);
        Registration moreElsewhere = new Registration(key(), CHECK_IN, tags("az", 40), null);

        assertThat(Registration.merge(less, more)).isSameAs(more);
        assertThat(Registration.merge(more, less)).isSameAs(more);
        assertThat(Registration.merge(less, moreElsewhere).key()).isSameAs(KEY);
        assertThat(Registration.merge(less, moreElsewhere)).isEqualTo(more);
    }

    @Test
    void aRemovalIsTheTombstoneAboveAllThatTheCopyHas() {
        Registration registration = new Registration(KEY, CHECK_IN, tags("az", 60), null);

        assertThat(registration.deregistered())
                .isEqualTo(new Registration(KEY, null, NO_TAGS, new Version(61, Version.NO_MEMBER)));
    }

    @Test
    void onlyACheckInOfThisProgramGetsGrace() {
        Registration ours = new Registration(KEY, CHECK_IN, NO_TAGS, null);
        CheckIn bySeed = new CheckIn(new Version(50, Version.NO_MEMBER), 8080, "r", "repo");
        Registration ofSeed = new Registration(KEY, bySeed, NO_TAGS, null);

        assertThat(ours.withGrace(7).checkIn()).isEqualTo(new CheckIn(new Version(50, 2), 8080, "r", "repo", 7));
        assertThat(ofSeed.withGrace(7)).isSameAs(ofSeed);
        assertThat(ours.deregistered().withGrace(7)).isEqualTo(ours.deregistered());
    }

    /** Such a host was removed and came back within a microsecond of the limit. */
    @Test
    void aLimitChangesNothingThatIsNotLater() {
        Registration registration = new Registration(KEY, CHECK_IN, NO_TAGS, new Version(50, 1));

        assertThat(registration.clampedTo(50)).isEqualTo(registration);
    }

    @Test
    void aTagThatIsAheadCountsAsWrittenJustBeforeTheOtherCopysCheckIn() {
        long ahead = Long.MAX_VALUE / 2;
        Registration wrong = new Registration(KEY, CHECK_IN, tags("az", ahead), null);
        Registration other = new Registration(KEY, CHECK_IN, NO_TAGS, null);

        Tags counted = wrong.countedBeside(other, 100).tags();

        assertThat(counted.list()).extracting(tag -> tag.version().micros()).containsExactly(49L);
    }
}
