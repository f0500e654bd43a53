package io.discovery.backend.dynamodb;

import static io.discovery.fuzz.FuzzTarget.requireEqual;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.discovery.backend.dynamodb.ItemCodec.OddItemException;
import io.discovery.fuzz.FuzzTarget;
import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items of the table, which the seed and people write too: a registration that is encoded and decoded again is the
 * same, or the item is odd. An input is the attributes, with {@code |} between; an absent one is empty, and the first
 * byte says which keys the table has and whether the port is a number.
 */
public final class ItemFuzz implements FuzzTarget {

    private static final List<String> ATTRIBUTES = List.of(
            ItemCodec.SERVICE,
            ItemCodec.IP_ADDRESS,
            ItemCodec.REPO,
            ItemCodec.PORT,
            ItemCodec.REVISION,
            ItemCodec.LAST_CHECK_IN,
            ItemCodec.TAGS,
            ItemCodec.VERSIONS,
            ItemCodec.ADDITIONS);

    private static final Retention RETENTION = new Retention(ItemFixtures.LEASE, () -> 0, () -> 0);
    private static final ItemCodec BY_ADDRESS = new ItemCodec(new InstanceNames("ip"), RETENTION);
    private static final ItemCodec BY_PORT = new ItemCodec(new InstanceNames("ip_port"), RETENTION);

    @Override
    public List<byte[]> seeds() {
        String micros = Long.toString(ItemFixtures.MICROS);
        return Stream.of(
                        "0payments|10.0.0.1|repo|8080|r|" + ItemFixtures.SEED_TIME + "|{\"az\": 1.50, \"b\": NaN}||",
                        "3payments|[::1]:80||8e1|r|2026-11-24 06:37Z|{\"a\": [[]]}||",
                        "0payments|10.0.0.1|repo|80|r|" + ItemFixtures.SEED_TIME + "|{\"az\": 1}|{\"c\":[" + micros
                                + ",5],\"d\":[7,6],\"t\":{\"az\":[8,9]}}|[[\"x\",\"1\",[8,5]]]",
                        "0payments|10.0.0.1||0|deregistered|1970-01-01T00:00:00.000000+0000|{}|{\"d\":[7,6]}|",
                        "0payments|10.0.0.1|repo|80.5|r|" + ItemFixtures.SEED_TIME + "|{}||",
                        "0payments|10.0.0.01||x|r|1970|[]|[]|[]")
                .map(item -> item.getBytes(UTF_8))
                .toList();
    }

    @Override
    public long mostAllocated(int length) {
        return 500_000 + 2_000L * length;
    }

    @Override
    public void read(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ItemCodec codec = (input[0] & 1) == 0 ? BY_ADDRESS : BY_PORT;
        try {
            Registration decoded = codec.decode(item(input));
            requireEqual(codec.decode(codec.encode(decoded)), decoded, "an item that was encoded and decoded again");
        } catch (OddItemException odd) {
            FuzzTarget.require(odd.getMessage() != null, odd::toString);
        }
    }

    private static Map<String, AttributeValue> item(byte[] input) {
        String[] texts = new String(input, 1, input.length - 1, UTF_8).split("\\|", -1);
        Map<String, AttributeValue> item = new HashMap<>();
        for (int i = 0; i < texts.length && i < ATTRIBUTES.size(); i++) {
            if (!texts[i].isEmpty()) {
                boolean isNumber = ATTRIBUTES.get(i).equals(ItemCodec.PORT) && (input[0] & 2) == 0;
                item.put(ATTRIBUTES.get(i), isNumber ? AttributeValue.fromN(texts[i]) : AttributeValue.fromS(texts[i]));
            }
        }
        return item;
    }
}
