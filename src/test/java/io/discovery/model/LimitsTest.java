package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.RegistryException.InvalidParameter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final ServiceName SERVICE = new ServiceName("s");
    private static final InstanceKey KEY =
            InstanceKey.of(SERVICE, IpAddress.parse("127.0.0.1").orElseThrow());

    @Test
    void tagsAreCounted() {
        assertThatCode(() -> Limits.check(SERVICE, new InstanceDetails(1, "r", "", tags(Limits.TAGS))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Limits.check(SERVICE, new InstanceDetails(1, "r", "", tags(Limits.TAGS + 1))))
                .isInstanceOf(InvalidParameter.class)
                .hasMessage("tags: given '251 of them', expected at most 250");
    }

    @Test
    void eachFieldHasALimitThatTheRefusalNames() {
        refuses("service", "at most 2048 bytes", fill -> check(fill.apply(2_048), "r", "", Map.of()));
        refuses("revision", "at most 4096 bytes", fill -> check("s", fill.apply(4_096), "", Map.of()));
        refuses("service_repo_name", "at most 2048 bytes", fill -> check("s", "r", fill.apply(2_048), Map.of()));
        refuses("the key of a tag", "at most 1024 bytes", fill -> check("s", "r", "", Map.of(fill.apply(1_024), "1")));
    }

    /** All fields count, each key and value of a tag too. */
    @Test
    void allFieldsTogetherHaveALimit() {
        refuses(
                "tags",
                "at most 16384 bytes in all",
                fill -> check(
                        "s23", "r2", "repo", Map.of("key", fill.apply(16 * 1024 - 3 - 2 - 4 - 3 - 4), "kk", "11")));
    }

    /** @param fields checks fields of which one is as long as the limit, or one longer, as it is told */
    private static void refuses(String field, String expected, Consumer<IntFunction<String>> fields) {
        assertThatCode(() -> fields.accept("x"::repeat)).doesNotThrowAnyException();
        assertThatThrownBy(() -> fields.accept(length -> "x".repeat(length + 1)))
                .isInstanceOf(InvalidParameter.class)
                .hasMessageStartingWith(field + ": given ")
                .hasMessageEndingWith("expected " + expected);
    }

    private static void check(String service, String revision, String repo, Map<String, String> tags) {
        Limits.check(new ServiceName(service), new InstanceDetails(1, revision, repo, tags));
    }

    @Test
    void bytesAreThoseOfUtf8() {
        for (String text : List.of("\u007f", "\u0080", "\u07ff", "\u0800", "\uffff", "\ud83d\ude00")) {
            Registration registration = new Registration(
                    KEY, new CheckIn(at(1), 80, text, "repo"), Tags.of(Map.of("k", "12"), at(1)), null);

            assertThat(Limits.size(registration))
                    .isEqualTo(1 + text.getBytes(StandardCharsets.UTF_8).length + 4 + 1 + 2);
        }
    }

    @Test
    void aRemovedHostTakesHeapAndBytesForItsServiceAlone() {
        Registration removed = new Registration(KEY, null, Tags.NONE, at(1));

        assertThat(Limits.size(removed)).isEqualTo(1);
        assertThat(Limits.heapBytes(removed)).isEqualTo(400 + 2);
    }

    @Test
    void aCharacterOutsideTheBasicPlaneIsFourBytes() {
        String fits = "\ud83d\ude00".repeat(Limits.REVISION / 4);

        assertThatCode(() -> Limits.check(SERVICE, new InstanceDetails(1, fits, "", Map.of())))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Limits.check(SERVICE, new InstanceDetails(1, fits + "a", "", Map.of())))
                .isInstanceOf(InvalidParameter.class);
    }

    /** A merge of two halves of a cluster may make it so: its heartbeats must go on. */
    @Test
    void whatIsTooLargeAlreadyMayGoOnButNotGrow() {
        Tag huge = new Tag("huge", "\"" + "x".repeat(2 * Limits.REGISTRATION) + "\"", at(1));
        Registration stored = new Registration(KEY, new CheckIn(at(1), 80, "r", ""), new Tags(List.of(huge)), null);

        assertThat(register(2, Map.of()).applyTo(stored)).isInstanceOf(Change.Outcome.Applied.class);
        assertThat(register(2, Map.of("more", "1")).applyTo(stored)).isInstanceOf(Change.Outcome.TooLarge.class);
    }

    @Test
    void additionsCountToo() {
        Tag most = new Tag("most", "\"" + "x".repeat(Limits.REGISTRATION - 20) + "\"", at(1));
        CheckIn checkIn = new CheckIn(at(1), 80, "r", "");
        Registration stored = new Registration(KEY, checkIn, Tags.NONE, null, new Tags(List.of(most)));

        assertThat(register(2, Map.of()).applyTo(stored)).isInstanceOf(Change.Outcome.Applied.class);
        assertThat(register(2, Map.of("more", "\"than fits\"")).applyTo(stored))
                .isInstanceOf(Change.Outcome.TooLarge.class);
    }

    /** Held once, and once as long as JSON makes it in a list: six bytes for what is escaped by its number. */
    @Test
    void theHeapHasTextsAsTheyStandInLists() {
        int plain = heap("r", "a", "k");

        assertThat(heap("rr", "aa", "kk") - plain).as("ASCII").isEqualTo(3 * 2);
        assertThat(heap("r ", "a~", "k!") - plain).as("the first and the last").isEqualTo(3 * 2);
        assertThat(heap("r\u0001", "a\u0001", "k\u0001") - plain).isEqualTo(3 * (1 + 6));
        assertThat(heap("r\u007f", "a\u00e9", "k\u00ff") - plain).isEqualTo(3 * (1 + 6));
        assertThat(heap("r\"", "a\\", "k\n") - plain).isEqualTo(3 * (1 + 2));
        // Java has two bytes for each character of a text with one outside Latin-1.
        assertThat(heap("r\u20ac", "a\u20ac", "k\u20ac") - plain).isEqualTo(3 * (3 + 6));
        assertThat(heap("r\ud83d\ude00", "a", "k") - plain).isEqualTo(5 + 2 * 6);
    }

    /** Where nothing is shared 112 bytes beside its texts, measured, and 6 of punctuation in a list. */
    @Test
    void theHeapHasEachTagBesideItsTexts() {
        int none = heap(Tags.NONE);

        assertThat(heap(Tags.of(Map.of("k", "1"), at(1))) - none).isEqualTo(120 + 2 * 2);
        assertThat(heap(Tags.of(Map.of("k", "12345"), at(1))) - none).isEqualTo(120 + 2 * 6);
        assertThat(heap(Tags.of(tags(10), at(1))) - none).isEqualTo(10 * (120 + 2 * 5));
    }

    @Test
    void additionsTakeAsMuchHeapAsTags() {
        CheckIn checkIn = new CheckIn(at(1), 80, "r", "");
        Tags some = Tags.of(Map.of("k", "12345"), at(1));

        assertThat(Limits.heapBytes(new Registration(KEY, checkIn, Tags.NONE, null, some)))
                .isEqualTo(heap(some));
    }

    @Test
    void aRegistrationMayGrowToTheLimit() {
        Registration stored = new Registration(KEY, new CheckIn(at(1), 80, "r", ""), Tags.NONE, null);
        String most = "1".repeat(Limits.REGISTRATION - 3);

        assertThat(register(2, Map.of("k", most)).applyTo(stored)).isInstanceOf(Change.Outcome.Applied.class);
        assertThat(register(2, Map.of("k", most + "1")).applyTo(stored))
                .isEqualTo(new Change.Outcome.TooLarge(Limits.REGISTRATION + 1));
    }

    private static int heap(Tags tags) {
        return Limits.heapBytes(new Registration(KEY, new CheckIn(at(1), 80, "r", ""), tags, null));
    }

    private static int heap(String revision, String repo, String tagKey) {
        Tag tag = new Tag(tagKey, "\"\\u0001\"", at(1));
        return Limits.heapBytes(
                new Registration(KEY, new CheckIn(at(1), 80, revision, repo), new Tags(List.of(tag)), null));
    }

    private static Change.Register register(long micros, Map<String, String> tags) {
        return new Change.Register(KEY, at(micros), 80, "r", "", tags, Lease.of(Duration.ofMinutes(10)));
    }

    private static Version at(long micros) {
        return new Version(micros, 1);
    }

    private static Map<String, String> tags(int count) {
        Map<String, String> tags = new HashMap<>();
        for (int i = 0; i < count; i++) {
            tags.put("tag" + i, "1");
        }
        return tags;
    }
}
