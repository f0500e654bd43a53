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

/** The kinds of resources that depend on a name alone, and what all names of a kind share. Thread-safe. */
enum DerivedShape {
    CLUSTER(DerivedMessages.cluster("n"), DerivedMessages.cluster("nn")),
    LISTENER(DerivedMessages.listener("n"), DerivedMessages.listener("nn")),
    ROUTE(DerivedMessages.route("n"), DerivedMessages.route("nn"));

    /** Placeholder for the name in a message that is printed once. */
    private static final String PLACE = "the-name-of-the-service";
    /** Bytes by which length prefixes may grow from a short name to a long one. */
    private static final int LENGTHS = 24;

    private final UUID fingerprint;
    private final int places;
    private final int size;

    /**
     * @param sample for a name of one byte
     * @param longer for a name of two bytes
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

    /** Returns the maximum size of the message in bytes without building it. */
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

    /**
     * Returns a hash of the name and of a sample of this build's messages, since other builds may derive other
     * messages.
     */
    String version(String name) {
        byte[] text = name.getBytes(UTF_8);
        ByteBuffer all = ByteBuffer.allocate(2 * Long.BYTES + text.length);
        all.putLong(fingerprint.getMostSignificantBits());
        all.putLong(fingerprint.getLeastSignificantBits());
        UUID hash = UUID.nameUUIDFromBytes(all.put(text).array());
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(hash.getMostSignificantBits()) + hex.toHexDigits(hash.getLeastSignificantBits());
    }

    /** Returns the same text as {@link MessageJson#print}, at a hundredth of its cost. */
    Buffer json(String name) {
        return Buffer.buffer(String.join(JsonText.quote(name), Printed.TEXTS.get(this)));
    }

    /** The texts between the names; in a class of its own, so that a member without REST clients never loads it. */
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
