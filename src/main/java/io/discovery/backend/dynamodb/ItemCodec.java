package io.discovery.backend.dynamodb;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Port;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Codec of a registration as an item of the seed's table (lyft/discovery: app/models/host.py).
 *
 * <p>To the seed's attributes it adds four that the seed does not know, and strips when it puts an item:
 * {@code versions}, {@code digest}, by which a writer sees that the item is unchanged, {@code expires_at}, for
 * DynamoDB's TTL, and {@code additions}, which is absent if there are none. A tombstone looks like a host that expired
 * long ago, so that the seed leaves it out, and can revive it.
 */
final class ItemCodec {

    static final String SERVICE = "service";
    static final String IP_ADDRESS = "ip_address";
    static final String REPO = "service_repo_name";
    static final String PORT = "port";
    static final String REVISION = "revision";
    static final String LAST_CHECK_IN = "last_check_in";
    static final String TAGS = "tags";
    static final String VERSIONS = "versions";
    static final String ADDITIONS = "additions";
    static final String DIGEST = "digest";
    static final String EXPIRES_AT = "expires_at";

    /** Time of the check-in of a tombstone. */
    static final long NO_CHECK_IN = 0;

    private static final CheckIn OF_A_TOMBSTONE =
            new CheckIn(new Version(NO_CHECK_IN, Version.NO_MEMBER), 0, "deregistered", "");

    private static final HexFormat HEX = HexFormat.of();

    /** An item that is not a valid registration. */
    static final class OddItemException extends RuntimeException {
        OddItemException(String message) {
            super(message, null, false, false);
        }
    }

    private final InstanceNames names;
    private final Retention retention;

    ItemCodec(InstanceNames names, Retention retention) {
        this.names = names;
        this.retention = retention;
    }

    /** Returns whether the range key is more than an address, so that the seed cannot read it. */
    boolean namesPorts() {
        return names.withPort();
    }

    static Map<String, AttributeValue> key(InstanceKey key) {
        return Map.of(SERVICE, text(key.service().text()), IP_ADDRESS, text(key.instance()));
    }

    static Map<String, AttributeValue> keyOf(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> key = new HashMap<>(item);
        key.keySet().retainAll(List.of(SERVICE, IP_ADDRESS));
        return key;
    }

    Map<String, AttributeValue> encode(Registration registration) {
        Map<String, AttributeValue> item = new HashMap<>(key(registration.key()));
        CheckIn checkIn = registration.checkIn() == null ? OF_A_TOMBSTONE : registration.checkIn();
        if (!checkIn.repo().isEmpty()) {
            item.put(REPO, text(checkIn.repo()));
        }
        item.put(PORT, number(checkIn.port()));
        item.put(REVISION, text(checkIn.revision()));
        item.put(LAST_CHECK_IN, text(SeedTimestamp.write(checkIn.micros())));
        item.put(TAGS, text(TagsText.write(registration.tags())));
        item.put(VERSIONS, text(Versions.write(registration)));
        if (!registration.additions().list().isEmpty()) {
            item.put(ADDITIONS, text(AdditionsText.write(registration.additions())));
        }
        item.put(DIGEST, digest(registration.digest()));
        long second = TimeUnit.SECONDS.toMicros(1);
        item.put(EXPIRES_AT, number(Math.floorDiv(retention.keptUntil(registration) + second - 1, second)));
        return item;
    }

    static AttributeValue digest(long digest) {
        return text(HEX.toHexDigits(digest));
    }

    private static AttributeValue text(String text) {
        return AttributeValue.fromS(text);
    }

    private static AttributeValue number(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }

    /**
     * Decodes an item.
     *
     * @throws OddItemException if it is not a valid registration
     */
    Registration decode(Map<String, AttributeValue> item) {
        try {
            InstanceKey key = names.key(new ServiceName(required(item, SERVICE)), required(item, IP_ADDRESS));
            long micros = SeedTimestamp.micros(required(item, LAST_CHECK_IN));
            Versions versions = versions(item, micros);
            CheckIn checkIn = versions.checkIn() == null
                    ? null
                    : new CheckIn(versions.checkIn(), port(item), optional(item, REVISION), optional(item, REPO));
            Tags additions = AdditionsText.read(optional(item, ADDITIONS));
            return new Registration(key, checkIn, tags(item, versions), versions.deregistration(), additions);
        } catch (IllegalArgumentException | ArithmeticException | RegistryException odd) {
            throw new OddItemException(String.valueOf(odd.getMessage()));
        }
    }

    private static Versions versions(Map<String, AttributeValue> item, long checkInMicros) {
        return Versions.parse(optional(item, VERSIONS))
                .filter(versions -> versions.fits(checkInMicros))
                .orElseGet(() -> checkInMicros == NO_CHECK_IN
                        ? Versions.ofOldTombstone()
                        : Versions.ofCheckInAlone(checkInMicros));
    }

    private static Tags tags(Map<String, AttributeValue> item, Versions versions) {
        List<Tag> tags = new ArrayList<>();
        TagsText.read(find(item, TAGS)).forEach((key, json) -> tags.add(new Tag(key, json, versions.ofTag(key))));
        return new Tags(tags);
    }

    /** Reads the port: the seed writes a number, but people who edit an item may write a string. */
    private static int port(Map<String, AttributeValue> item) {
        AttributeValue value = item.get(PORT);
        String digits = value == null ? null : value.n() == null ? value.s() : value.n();
        if (digits == null) {
            throw new IllegalArgumentException("port is missing");
        }
        try {
            return Port.inRange(BigInteger.valueOf(new BigDecimal(digits.strip()).intValueExact()));
        } catch (NumberFormatException noNumber) {
            throw new IllegalArgumentException("port is not a number: " + digits, noNumber);
        }
    }

    private static String required(Map<String, AttributeValue> item, String name) {
        String text = find(item, name);
        if (text == null) {
            throw new IllegalArgumentException(name + " is missing or not a string");
        }
        return text;
    }

    private static String optional(Map<String, AttributeValue> item, String name) {
        String text = find(item, name);
        return text == null ? "" : text;
    }

    private static @Nullable String find(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null ? null : value.s();
    }

    /** Returns the key of the item, for messages. */
    static String name(Map<String, AttributeValue> item) {
        return optional(item, SERVICE) + "/" + optional(item, IP_ADDRESS);
    }

    /** Returns the size that DynamoDB counts against its limit of 400 kB: names and values, in UTF-8. */
    static long bytes(Map<String, AttributeValue> item) {
        long bytes = 0;
        for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
            String value = attribute.getValue().s() == null
                    ? String.valueOf(attribute.getValue().n())
                    : attribute.getValue().s();
            bytes += attribute.getKey().length() + value.getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }
}
