package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The size and version of a resource before it is made are those of the made one. */
class NameDerivedResourcesTest {

    @ParameterizedTest
    @EnumSource
    void theSizeIsThatOfTheMessageAndLittleMore(DerivedShape shape) {
        for (String name : names()) {
            NameDerivedResources derived = new NameDerivedResources(shape, name);

            int made = derived.any().getValue().size();
            assertThat(derived.size()).isBetween(made, made + 40);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theJsonIsTheMessage(DerivedShape shape) throws InvalidProtocolBufferException {
        for (String name : names()) {
            NameDerivedResources derived = new NameDerivedResources(shape, name);
            Any.Builder parsed = Any.newBuilder();

            JsonFormat.parser()
                    .usingTypeRegistry(MessageJson.MESSAGES)
                    .merge(derived.json().toString(), parsed);

            assertThat(parsed.build()).isEqualTo(derived.any());
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachNameAndShapeHasAVersionOfItsOwn(DerivedShape shape) {
        assertThat(names().stream().map(name -> new NameDerivedResources(shape, name).version()))
                .doesNotHaveDuplicates()
                .allMatch(version -> version.matches("[0-9a-f]{32}"));
        assertThat(Stream.of(DerivedShape.values()).map(each -> each.version("payments")))
                .doesNotHaveDuplicates();
    }

    private static List<String> names() {
        return List.of(
                "",
                "n",
                "payments",
                "x".repeat(127),
                "x".repeat(128),
                "ü\"\\\n€",
                "x".repeat(2_048),
                "€".repeat(2_048));
    }
}
