package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TagsTest {

    private static final Version EARLIER = new Version(1, 1);
    private static final Version LATER = new Version(2, 1);

    @Test
    void theLaterTagWinsWhateverItsValue() {
        for (String json : List.of("1", "3")) {
            Tag later = new Tag("az", json, LATER);
            Tag earlier = new Tag("az", "2", EARLIER);

            assertThat(Tag.merge(later, earlier)).isEqualTo(later);
            assertThat(Tag.merge(earlier, later)).isEqualTo(later);
        }
    }

    /** A member's versions are unique, but a row that a person edits may repeat one. */
    @Test
    void ofTwoValuesOfOneVersionEveryMemberPicksTheSame() {
        Tag one = new Tag("az", "1", LATER);
        Tag other = new Tag("az", "2", LATER);

        assertThat(Tag.merge(one, other)).isEqualTo(other);
        assertThat(Tag.merge(other, one)).isEqualTo(other);
    }

    @Test
    void tagsStandInTheOrderOfTheirKeys() {
        Tags tags = new Tags(List.of(tag("c"), tag("a"), tag("b")));

        assertThat(tags.list()).extracting(Tag::key).containsExactly("a", "b", "c");
    }

    @Test
    void twoTagsOfOneKeyAreRefused() {
        for (List<Tag> twice : List.of(List.of(tag("a"), tag("a")), List.of(tag("a"), tag("b"), tag("a")))) {
            assertThatThrownBy(() -> new Tags(twice)).hasMessage("two tags with the key a");
        }
    }

    private static Tag tag(String key) {
        return new Tag(key, "1", EARLIER);
    }
}
