package io.discovery.v1;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.fuzz.FuzzTarget;
import java.util.List;
import java.util.stream.Stream;

/** Bodies with many registrations: a wrong one keeps no other from being read, and no more are read than may be. */
public final class BulkFuzz implements FuzzTarget {

    private static final int MOST = 3;

    @Override
    public List<byte[]> seeds() {
        String one = "{\"service\": \"s\", \"ip\": \"10.0.0.1\", \"port\": 1, \"revision\": \"r\","
                + " \"tags\": {\"az\": 1, \"region\": 2, \"instance_id\": 3}}";
        return Stream.of("[]", "[" + one + "]", "[" + one + ", {}, " + one + "]", "[1, [], {}, null]", "{}")
                .map(text -> text.getBytes(UTF_8))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        String body = new String(input, UTF_8);
        SentChecks.orRefused(() -> {
            List<Boolean> read = SentJson.registrations(body, MOST, BulkFuzz::read);
            FuzzTarget.require(read.size() <= MOST, () -> "read " + read.size());
        });
    }

    private static boolean read(JsonNode item) {
        if (item.isObject()) {
            SentChecks.check(new Parameters.JsonFields(item));
        }
        return item.isObject();
    }
}
