package io.discovery.registry;

import io.discovery.model.RegistryException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * The deadline of a setting, by the monotonic clock of the machine.
 *
 * @param time a millisecond at least
 */
public record RequestDeadline(Duration time) implements Deadline {

    @Override
    public BooleanSupplier start() {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() - end >= 0;
    }

    @Override
    public <T> Future<T> limit(Future<T> changes) {
        return changes.timeout(time.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new RegistryException.OutcomeUnknown("no answer within " + time.toMillis() + " ms")
                                : failure));
    }
}
