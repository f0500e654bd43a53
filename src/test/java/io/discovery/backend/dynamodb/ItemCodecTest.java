package io.discovery.backend.dynamodb;

import static io.discovery.backend.dynamodb.ItemFixtures.BY_SEED;
import static io.discovery.backend.dynamodb.ItemFixtures.KEY;
import static io.discovery.backend.dynamodb.ItemFixtures.LEASE;
import static io.discovery.backend.dynamodb.ItemFixtures.MICROS;
import static io.discovery.backend.dynamodb.ItemFixtures.OURS;
import static io.discovery.backend.dynamodb.ItemFixtures.SEED_TIME;
import static io.discovery.backend.dynamodb.ItemFixtures.registered;
import static io.discovery.backend.dynamodb.ItemFixtures.tag;
import static io.discovery.backend.dynamodb.ItemFixtures.withAdditions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items as this registry writes them: the seed reads them, and they come back as they were. */
class ItemCodecTest {

    private final ItemCodec codec = new ItemCodec(new InstanceNames("ip"), new Retention(LEASE, () -> 0, () -> 0));
    private final ItemCodec withPorts =
            new ItemCodec(new InstanceNames("ip_port"), new Retention(LEASE, () -> 0, () -> 0));

    /** Reading an item of ours with nothing but what the seed's decoder knows and does. */
    @Test
    void theSeedReadsOurItems() throws Exception {
        Tag nasty = tag("n\u00e9", "{\"a\": [1.50, null, \"\\u00e9\"]}", OURS);
        Map<String, AttributeValue> item = codec.encode(new Registration(
                KEY,
                new CheckIn(OURS, 8080, "r\u00e9", "repo"),
                new Tags(List.of(tag("az", "\"a\"", OURS), nasty)),
                null));

        assertThat(s(item, "service")).isEqualTo("payments");
        assertThat(s(item, "ip_address")).isEqualTo("10.0.0.1");
        assertThat(s(item, "service_repo_name")).isEqualTo("repo");
        assertThat(n(item, "port")).isEqualTo("8080");
        assertThat(s(item, "revision")).isEqualTo("r\u00e9");
        assertThat(s(item, "last_check_in")).isEqualTo(SEED_TIME);
        assertThat(s(item, "tags")).isEqualTo("{\"az\": \"a\", \"n\\u00e9\": {\"a\": [1.50, null, \"\\u00e9\"]}}");
        assertThat(json(s(item, "tags"))).isEqualTo(json("{\"az\":\"a\",\"né\":{\"a\":[1.50,null,\"é\"]}}"));
    }

    @Test
    void whatTheSeedDoesNotKnowStandsInAttributesOfItsOwn() {
        Registration weighed = new Registration(
                KEY,
                new CheckIn(OURS, 80, "r", "repo"),
                new Tags(List.of(tag("az", "\"a\"", OURS), tag("weight", "7", new Version(MICROS + 1, -2)))),
                new Version(MICROS - 1, 9));

        Map<String, AttributeValue> item = codec.encode(weighed);

        assertThat(s(item, "versions"))
                .isEqualTo("{\"c\":[" + MICROS + ",5],\"d\":[" + (MICROS - 1) + ",9],\"t\":{\"weight\":[" + (MICROS + 1)
                        + ",-2]}}");
        assertThat(s(item, "digest")).isEqualTo(String.format("%016x", weighed.digest()));
        // The end of RETENTION after the weight, rounded up to a second.
        assertThat(n(item, "expires_at")).isEqualTo(Long.toString(MICROS / 1_000_000 + 8 * 600 + 60 + 1));
        assertThat(item).hasSize(10);
        assertThat(codec.decode(item)).isEqualTo(weighed);
    }

    @Test
    void whatALaterVersionAddsStandsInAnAttributeThatTheSeedDoesNotKnow() {
        Registration more = withAdditions(tag("health", "\"\\udc00\"", OURS), tag("\ud83d", "1", BY_SEED));

        Map<String, AttributeValue> item = codec.encode(more);

        assertThat(s(item, "additions"))
                .isEqualTo("[[\"health\",\"\\\"\\\\udc00\\\"\",[" + MICROS + ",5]],[\"\\ud83d\",\"1\",[" + MICROS
                        + ",0]]]");
        assertThat(s(item, "tags")).isEqualTo("{}");
        assertThat(codec.decode(item)).isEqualTo(more);
    }

    @Test
    void theShortFormIsTheUsualOne() {
        Registration usual = registered("10.0.0.1", OURS, tag("az", "\"a\"", OURS));

        assertThat(codec.encode(usual)).doesNotContainKey("additions");
        assertThat(s(codec.encode(usual), "versions")).isEqualTo("{\"c\":[" + MICROS + ",5]}");
    }

    /** Seed: pynamodb leaves an empty service_repo_name out, for the index takes no empty text. */
    @Test
    void anEmptyRepositoryIsLeftOut() {
        Registration alone = new Registration(KEY, new CheckIn(OURS, 80, "r", ""), Tags.NONE, null);

        Map<String, AttributeValue> item = codec.encode(alone);

        assertThat(item).doesNotContainKey("service_repo_name");
        assertThat(codec.decode(item)).isEqualTo(alone);
    }

    @Test
    void aTombstoneLooksLikeAHostThatExpiredLongAgo() {
        Registration gone = new Registration(KEY, null, Tags.NONE, OURS);

        Map<String, AttributeValue> item = codec.encode(gone);

        assertThat(s(item, "last_check_in")).isEqualTo("1970-01-01T00:00:00.000000+0000");
        assertThat(n(item, "port")).isEqualTo("0");
        assertThat(s(item, "revision")).isEqualTo("deregistered");
        assertThat(s(item, "tags")).isEqualTo("{}");
        assertThat(item).doesNotContainKey("service_repo_name");
        assertThat(codec.decode(item)).isEqualTo(gone);
    }

    @Test
    void aTombstoneKeepsTagsWrittenAfterIt() {
        Registration gone =
                new Registration(KEY, null, new Tags(List.of(tag("weight", "7", new Version(MICROS + 1, 1)))), OURS);

        assertThat(codec.decode(codec.encode(gone))).isEqualTo(gone);
    }

    /** In keys and in the other texts there is none: HTTP refuses it, and DynamoDB's own texts are UTF-8. */
    @Test
    void aTagsValueWithHalfASurrogatePairSurvives() {
        Registration half = registered("10.0.0.1", OURS, tag("az", "\"\\udc00\"", new Version(MICROS + 1, 1)));

        assertThat(codec.decode(codec.encode(half))).isEqualTo(half);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1,10.0.0.1:8080", "::1,[::1]:8080"})
    void withPortsTheRangeKeyHasThePort(String address, String text) {
        InstanceKey key = new InstanceKey(new ServiceName("payments"), new IpAddress(address), 8080);
        Registration registration = new Registration(key, new CheckIn(OURS, 8080, "r", "repo"), Tags.NONE, null);

        Map<String, AttributeValue> item = withPorts.encode(registration);

        assertThat(s(item, "ip_address")).isEqualTo(text);
        assertThat(withPorts.decode(item)).isEqualTo(registration);
        assertThatThrownBy(() -> codec.decode(item)).isInstanceOf(ItemCodec.OddItemException.class);
    }

    private static String s(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name)).s();
    }

    private static String n(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name)).n();
    }

    private static Object json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }
}
