package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresTest {

    private static final Route ROUTE = new Route.Service("svc");

    private final Throwable fault = new IllegalStateException("disk \"full\"");

    @Test
    void withDebugAFaultOfOursTellsItsCause() {
        Answer answer = new Failures(true).answer(fault, ROUTE);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body().toString())
                .isEqualTo("{\"error\": \"internal error: java.lang.IllegalStateException: disk \\\"full\\\"\"}\n");
    }

    @Test
    void withoutDebugAFaultOfOursTellsNothing() {
        Answer answer = new Failures(false).answer(fault, ROUTE);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body().toString()).isEqualTo("{\"error\": \"internal error\"}\n");
    }
}
