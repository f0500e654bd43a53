package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ErrorResponsesTest {

    private static final String ENDPOINT = "service";

    private final Throwable fault = new IllegalStateException("disk \"full\"");

    @Test
    void withDebugAFaultOfOursTellsItsCause() {
        Response answer = new ErrorResponses(true).of(fault, ENDPOINT);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body().toString())
                .isEqualTo("{\"error\": \"internal error: java.lang.IllegalStateException: disk \\\"full\\\"\"}\n");
    }

    @Test
    void withoutDebugAFaultOfOursTellsNothing() {
        Response answer = new ErrorResponses(false).of(fault, ENDPOINT);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body().toString()).isEqualTo("{\"error\": \"internal error\"}\n");
    }

    /** Beside the answer: the handler of the program ends the process, this one only notes. */
    @Test
    void beingOutOfMemoryReachesTheHandlerThatEndsTheProcess() throws InterruptedException {
        AtomicReference<Throwable> reached = new AtomicReference<>();
        Thread thread = new Thread(() -> new ErrorResponses(false).of(new OutOfMemoryError("none left"), ENDPOINT));
        thread.setUncaughtExceptionHandler((where, failure) -> reached.set(failure));

        thread.start();
        thread.join(10_000);

        assertThat(reached).doesNotHaveNullValue();
    }
}
