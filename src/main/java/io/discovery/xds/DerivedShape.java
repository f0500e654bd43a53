package io.discovery.xds;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.discovery.json.JsonText;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The kinds of resources that are functions of a name, and what is the same for all names of one. Safe for all threads. */
enum DerivedShape {
    CLUSTER(DerivedMessages.cluster("n"), DerivedMessages.cluster("nn")),
    LISTENER(DerivedMessages.listener("n"), DerivedMessages.listener("nn")),
    ROUTE(DerivedMessages.route("n"), DerivedMessages.route("nn"));

    /** In a message printed once, where the name goes. */
    private static final String PLACE = "the-name-of-the-service";
    /** Bytes by which the lengths of what a name stands in may take more with a long name than with a short one. */
    private static final int LENGTHS = 24;

    private final UUID fingerprint;
    private final int places;
    private final int size;

    /**
     * @param sample of a name of one byte
     * @param longer of a name of two
     */
    DerivedShape(Message sample, Message longer) {
        this.fingerprint = UUID.nameUUIDFromBytes(sample.toByteArray());
        this.places = longer.getSerializedSize() - sample.getSerializedSize();
        this.size = sample.getSerializedSize() - places + LENGTHS;
    }

    Any any(String name) {
        return Any.pack(
                switch (this) {
                    case CLUSTER -> DerivedMessages.cluster(name);
                    case LISTENER -> DerivedMessages.listener(name);
                    case ROUTE -> DerivedMessages.route(name);
                });
    }

    /** Bytes of the message, at most, without making it. */
    int size(String name) {
        return size + places * utf8Bytes(name);
    }

    private static int utf8Bytes(String name) {
        int bytes = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }

    /** A hash of the name, and of what this build makes of names, since others may make something else. */
    String version(String name) {
        byte[] text = name.getBytes(UTF_8);
        ByteBuffer all = ByteBuffer.allocate(2 * Long.BYTES + text.length);
        all.putLong(fingerprint.getMostSignificantBits());
        all.putLong(fingerprint.getLeastSignificantBits());
        UUID hash = UUID.nameUUIDFromBytes(all.put(text).array());
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(hash.getMostSignificantBits()) + hex.toHexDigits(hash.getLeastSignificantBits());
    }

    /** As {@link MessageJson#print}, at a hundredth of its cost. */
    Buffer json(String name) {
        return Buffer.buffer(String.join(JsonText.quote(name), Printed.TEXTS.get(this)));
    }

    /** What stands between names; in a class of its own, because a member that nobody asks by REST never needs it. */
    private static final class Printed {
        static final Map<DerivedShape, List<String>> TEXTS = new EnumMap<>(DerivedShape.class);

        static {
            for (DerivedShape shape : values()) {
                String printed = MessageJson.print(shape.any(PLACE));
                TEXTS.put(shape, List.of(printed.split('"' + PLACE + '"', -1)));
            }
        }
    }
}
