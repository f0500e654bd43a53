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

import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items that the seed wrote, or that are damaged: an odd item is refused, a missing attribute is empty. */
class ForeignItemsTest {

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

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"az region\"", "{", "{} x", "{'a': 1}", "az"})
    void tagsThatAreNoObjectAreNoTags(String text) {
        assertThat(codec.decode(SeedItems.item("10.0.0.1", SEED_TIME, text)).tags())
                .isEqualTo(Tags.NONE);
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
    @ValueSource(
            strings = {"10.0.0.1", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:080", "::1", "::1:80", "[10.0.0.1]:80"})
    void withPortsARangeKeyWithoutOneIsOdd(String text) {
        assertThatThrownBy(() -> withPorts.decode(SeedItems.item(text, SEED_TIME, "{}")))
                .isInstanceOf(ItemCodec.OddItemException.class);
    }
}
