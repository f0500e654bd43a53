package io.discovery.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.tracing.Tracing.UnusableTracingException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The words of a start that a variable of OpenTelemetry's stops. */
class UnusableTracingTest {

    private static final Set<String> ENVIRONMENT = Set.of("OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP", "PATH");

    private static String messageFor(String refusal) {
        return Objects.requireNonNull(UnusableTracingException.of(new IllegalArgumentException(refusal), ENVIRONMENT)
                .getMessage());
    }

    @Test
    void theVariableIsNamedAndItsValueIsNot() {
        assertThat(messageFor("Invalid value for property otel.bsp.max.queue.size=secret. Must be a integer."))
                .isEqualTo("OpenTelemetry does not take OTEL_BSP_MAX_QUEUE_SIZE (IllegalArgumentException)");
    }

    @Test
    void noNameIsTakenFromAValue() {
        for (String refusal : new String[] {"Invalid URL: otel.secret", "a secret", ""}) {
            assertThat(messageFor(refusal))
                    .isEqualTo("OpenTelemetry does not take a variable that begins with OTEL_"
                            + " (IllegalArgumentException)");
        }
    }
}
