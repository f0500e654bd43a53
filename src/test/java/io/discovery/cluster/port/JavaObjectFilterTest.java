package io.discovery.cluster.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.map.IMap;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import com.hazelcast.version.MemberVersion;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.discovery.testing.MemberBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class JavaObjectFilterTest {

    @Test
    void failuresPassWithTheirCausesAndWhatTheySuppressed() throws Exception {
        for (Exception failure : List.of(
                new IndeterminateOperationStateException("unknown"),
                new TargetNotMemberException("gone"),
                new MemberLeftException(member()),
                new RetryableHazelcastException("again", new TimeoutException("late")),
                new CompletionException(new ExecutionException(new IllegalStateException("deep"))))) {
            failure.addSuppressed(new IOException("beside"));

            assertThat(copy(failure))
                    .hasSameClassAs(failure)
                    .hasMessage(failure.getMessage())
                    .hasSuppressedException(new IOException("beside"));
        }
    }

    /** By their fields, which are what Java writes of them. */
    @Test
    void everyFailureOfHazelcastHasOnlyWhatPasses() {
        List<String> refused = new ClassFileImporter()
                .importPackagesOf(IMap.class, RetryableHazelcastException.class, MemberLeftException.class).stream()
                        .filter(type -> type.isAssignableTo(Throwable.class))
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC)
                                && !field.getModifiers().contains(JavaModifier.TRANSIENT))
                        .filter(field -> !passes(field))
                        .map(JavaField::getFullName)
                        .toList();

        assertThat(refused).isEmpty();
    }

    private static boolean passes(JavaField field) {
        JavaClass type = field.getRawType();
        return type.isPrimitive() || type.isAssignableTo(Throwable.class) || type.isEquivalentTo(String.class);
    }

    /** A half of several members changes its state before it merges into another. */
    @Test
    void statesOfTheClusterPass() throws Exception {
        for (ClusterState state : ClusterState.values()) {
            assertThat(read(bytes(state), JavaObjectFilter.filter())).isEqualTo(state);
        }
    }

    @Test
    void setsOfSetsDoNot() throws IOException {
        byte[] bomb = bytes(MemberBytes.bomb());

        assertThatThrownBy(() -> read(bomb, JavaObjectFilter.filter()))
                .isInstanceOf(InvalidClassException.class)
                .hasMessageContaining("REJECTED");
    }

    private static MemberImpl member() throws IOException {
        return new MemberImpl.Builder(new Address("127.0.0.1", 5701))
                .version(MemberVersion.of("5.7.0"))
                .uuid(UUID.randomUUID())
                .build();
    }

    private static Throwable copy(Throwable failure) throws Exception {
        return (Throwable) read(bytes(failure), JavaObjectFilter.filter());
    }

    private static Object read(byte[] bytes, ObjectInputFilter filter) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            in.setObjectInputFilter(filter);
            return in.readObject();
        }
    }

    private static byte[] bytes(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }
}
