package io.discovery.backend.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemCodecTest {

    /** 2026-11-24T06:37:45.283604 UTC. */
    private static final long MICROS =
            LocalDateTime.of(2026, 11, 24, 6, 37, 45).toEpochSecond(ZoneOffset.UTC) * 1_000_000 + 283_604;

    private static final String SEED_TIME = "2026-11-24T06:37:45.283604+0000";
    private static final Version BY_SEED = new Version(MICROS, Version.NO_MEMBER);
    private static final Version OURS = new Version(MICROS, 5);
    private static final Lease LEASE = Lease.of(Duration.ofMinutes(10));
    private static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0.1"));

    private final ItemCodec codec = new ItemCodec(new InstanceNames("ip"), new Retention(LEASE, () -> 0, () -> 0));
    private final ItemCodec withPorts =
            new ItemCodec(new InstanceNames("ip_port"), new Retention(LEASE, () -> 0, () -> 0));

    @Test
    void anItemOfTheSeedIsReadWithEverythingAsOldAsItsCheckIn() {
        Registration read =
                codec.decode(SeedItems.item("10.0.0.1", SEED_TIME, "{\"az\": \"us-east-1a\", \"canary\": true}"));

        assertThat(read)
                .isEqualTo(new Registration(
                        KEY,
                        new CheckIn(BY_SEED, 80, "seed", "repo"),
                        new Tags(List.of(tag("az", "\"us-east-1a\"", BY_SEED), tag("canary", "true", BY_SEED))),
                        null));
    }

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "1",
                "[1]",
                "[[\"health\",\"1\"]]",
                "[[\"health\",1,[1,2]]]",
                "[[null,\"1\",[1,2]]]",
                "[[\"health\",\"1\",[1]]]",
                "[[\"health\",\"1\",[1,2],3]]",
                "[[\"health\",\"1\",[1,2]],[\"health\",\"2\",[1,2]]]",
            })
    void damagedAdditionsCountAsNone(String additions) {
        Map<String, AttributeValue> item = codec.encode(withAdditions(tag("health", "1", OURS)));
        item.put("additions", AttributeValue.fromS(additions));

        assertThat(codec.decode(item)).isEqualTo(withAdditions());
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

    /** A weight for a whole service makes the seed put every item of it again, tombstones among them. */
    @Test
    void aTombstoneThatTheSeedWroteBackIsPastItsRetention() {
        Map<String, AttributeValue> item = codec.encode(new Registration(KEY, null, Tags.NONE, OURS));
        item.keySet().removeAll(List.of("versions", "digest", "expires_at"));

        Registration read = codec.decode(item);

        assertThat(read.isTombstone()).isTrue();
        assertThat(LEASE.isKept(read, MICROS)).isFalse();
    }

    @Test
    void versionsWrittenWithAnotherCheckInCountNoMore() {
        Map<String, AttributeValue> item = codec.encode(registered("10.0.0.1", OURS, tag("az", "\"a\"", OURS)));
        item.put("last_check_in", AttributeValue.fromS("2026-11-24T06:37:46.000000+0000"));

        Registration read = codec.decode(item);

        Version later = new Version(MICROS + 716_396, Version.NO_MEMBER);
        assertThat(Objects.requireNonNull(read.checkIn()).version()).isEqualTo(later);
        assertThat(read.tags().list()).containsExactly(tag("az", "\"a\"", later));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"c\":1}",
                "{\"c\":[1]}",
                "{\"c\":[\"1\",2]}",
                "{\"c\":[1.5,2]}",
                "{}",
                "{\"c\":[99999999999999999999,2]}",
                "{\"d\":[1,2]}"
            })
    void damagedVersionsCountAsNone(String versions) {
        Map<String, AttributeValue> item = SeedItems.item("10.0.0.1", SEED_TIME, "{}");
        item.put("versions", AttributeValue.fromS(versions));

        assertThat(Objects.requireNonNull(codec.decode(item).checkIn()).version())
                .isEqualTo(BY_SEED);
    }

    /** Seed: dateutil.parser.parse. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-24T06:37:45.283604+0000,0", "2026-11-24T06:37:45.283604+00:00,0", "2026-11-24T06:37:45.283604Z,0",
        "2026-11-24 06:37:45.283604,0", "2026-11-24 06:37:45.283604+00:00,0", "2026-11-24T08:37:45.283604+02:00,0",
        "2026-11-24T01:07:45.283604-0530,0", "2026-11-24T07:37:45.283604+01,0", "2026-11-24T06:37:45.283604999Z,0",
        "2026-11-24 06:37:45.283604 UTC,0", "2026-11-24T06:37:45.2+0000,-83604", "2026-11-24T06:37:45,-283604",
        "2026-11-24T06:37Z,-45283604"
    })
    void aTimeIsReadInAnyStyle(String text, long differs) {
        assertThat(SeedTimestamp.micros(text)).isEqualTo(MICROS + differs);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999_999, 1_000_000, 1_700_000_000_000_000L, 253_402_300_799_999_999L})
    void aTimeWrittenIsTheTimeRead(long micros) {
        assertThat(SeedTimestamp.write(micros)).hasSize(SEED_TIME.length()).endsWith("+0000");
        assertThat(SeedTimestamp.micros(SeedTimestamp.write(micros))).isEqualTo(micros);
    }

    /** Seed: json.loads(strict=False); then as a client's tags would have been kept. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1}|1",
                "{\"a\": \"x\ty\"}|\"x\\ty\"",
                "{\"a\": NaN}|null",
                "{\"a\": [Infinity, {\"b\": -Infinity}, 1.50]}|[null, {\"b\": null}, 1.50]",
                "{\"a\": 1, \"a\": 2}|2",
                "{\"a\": \"\u00e9\"}|\"\\u00e9\"",
                "{\"a\": \"\\ud800\"}|\"\\ud800\"",
                "{\"a\":{\"b\":[1,2]}}|{\"b\": [1, 2]}",
                "{\"a\": 123456789012345678901234567890}|123456789012345678901234567890"
            })
    void tagsAreReadAsPythonReadsThem(String text, String value) {
        assertThat(TagsText.read(text)).containsExactly(Map.entry("a", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"az region\"", "{", "{} x", "{'a': 1}", "az"})
    void tagsThatAreNoObjectAreNoTags(String text) {
        assertThat(codec.decode(SeedItems.item("10.0.0.1", SEED_TIME, text)).tags())
                .isEqualTo(Tags.NONE);
    }

    /** In keys and in the other texts there is none: HTTP refuses it, and DynamoDB's own texts are UTF-8. */
    @Test
    void aTagsValueWithHalfASurrogatePairSurvives() {
        Registration half = registered("10.0.0.1", OURS, tag("az", "\"\\udc00\"", new Version(MICROS + 1, 1)));

        assertThat(codec.decode(codec.encode(half))).isEqualTo(half);
    }

    @Test
    void whatIsMissingOrNullIsEmpty() {
        Map<String, AttributeValue> item = SeedItems.item("10.0.0.1", SEED_TIME, "{}");
        item.remove("revision");
        item.remove("tags");
        item.put("service_repo_name", AttributeValue.fromNul(true));

        assertThat(codec.decode(item))
                .isEqualTo(new Registration(KEY, new CheckIn(BY_SEED, 80, "", ""), Tags.NONE, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "80.0", "8E1", " 80 "})
    void aPortIsReadFromANumberOrAText(String port) {
        Map<String, AttributeValue> item = SeedItems.item("10.0.0.1", SEED_TIME, "{}");
        item.put("port", AttributeValue.fromS(port));

        assertThat(Objects.requireNonNull(codec.decode(item).checkIn()).port()).isEqualTo(80);
    }

    @ParameterizedTest
    @CsvSource({
        "port,0",
        "port,-1",
        "port,65536",
        "port,80.5",
        "port,1E999999999",
        "port,http",
        "port,''",
        "ip_address,10.0.0",
        "ip_address,10.0.0.01",
        "ip_address,10.0.0.1:80",
        "ip_address,::A",
        "ip_address,host",
        "service,a/b",
        "last_check_in,yesterday",
        "last_check_in,2026-02-30T00:00:00Z",
        "last_check_in,''",
        "last_check_in,2026-11-24T25:00:00Z"
    })
    void anItemThatCanBeNoRegistrationIsOdd(String attribute, String value) {
        Map<String, AttributeValue> item = SeedItems.item("10.0.0.1", SEED_TIME, "{}");
        item.put(attribute, AttributeValue.fromS(value));

        assertThatThrownBy(() -> codec.decode(item)).isInstanceOf(ItemCodec.OddItemException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "ip_address", "port", "last_check_in"})
    void anItemWithoutWhatARegistrationNeedsIsOdd(String attribute) {
        Map<String, AttributeValue> item = SeedItems.item("10.0.0.1", SEED_TIME, "{}");
        item.remove(attribute);

        assertThatThrownBy(() -> codec.decode(item)).isInstanceOf(ItemCodec.OddItemException.class);
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

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.1", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:080", "::1", "::1:80", "[10.0.0.1]:80"})
    void withPortsARangeKeyWithoutOneIsOdd(String text) {
        assertThatThrownBy(() -> withPorts.decode(SeedItems.item(text, SEED_TIME, "{}")))
                .isInstanceOf(ItemCodec.OddItemException.class);
    }

    private static Registration registered(String address, Version version, Tag... tags) {
        return new Registration(
                InstanceKey.of(new ServiceName("payments"), new IpAddress(address)),
                new CheckIn(version, 80, "r", "repo"),
                new Tags(new ArrayList<>(List.of(tags))),
                null);
    }

    private static Registration withAdditions(Tag... additions) {
        return new Registration(KEY, new CheckIn(OURS, 80, "r", "repo"), Tags.NONE, null, new Tags(List.of(additions)));
    }

    private static Tag tag(String key, String json, Version version) {
        return new Tag(key, json, version);
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
