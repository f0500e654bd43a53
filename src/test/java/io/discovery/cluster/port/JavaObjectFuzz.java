package io.discovery.cluster.port;

import io.discovery.fuzz.FuzzTarget;
import io.discovery.testing.MemberBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Objects that Java has serialized, read as Hazelcast reads them: whatever the bytes are, the reader takes bounded heap
 * and time, and never more of the stack than there is. Exceptions of any kind are how Java refuses.
 */
public final class JavaObjectFuzz implements FuzzTarget {

    /** Hazelcast's head: a hash and a type, four bytes each. */
    private static final int HEAD = 8;

    @Override
    public List<byte[]> seeds() {
        Exception failure = new IllegalStateException("a");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("b", "c", "d.java", 7)});
        return List.of(
                java(failure),
                java(new ArrayList<>(List.of("a", 1L, UUID.randomUUID()))),
                java(new Object[] {new int[] {1, 2}, "x"}),
                java(MemberBytes.bomb()));
    }

    private static byte[] java(Object object) {
        byte[] bytes = MemberBytes.serializedByJava(object);
        byte[] input = new byte[bytes.length - HEAD];
        System.arraycopy(bytes, HEAD, input, 0, input.length);
        return input;
    }

    @Override
    public int longest() {
        return 8_192;
    }

    @Override
    public void read(byte[] input) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(input))) {
            in.setObjectInputFilter(JavaObjectFilter.filter());
            in.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException refused) {
            // The bounds are the property.
            return;
        }
    }
}
