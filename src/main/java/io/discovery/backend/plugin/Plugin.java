package io.discovery.backend.plugin;

import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.registry.StorageBackendProvider;
import io.discovery.registry.StorageBackendProvider.Surroundings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A backend provider from a plug-in.
 *
 * @param name the value of BACKEND_STORAGE
 * @param origin its class and place, for messages
 */
public record Plugin(String name, StorageBackendProvider provider, String origin) {

    /**
     * Creates and opens its backend.
     *
     * @throws UnusableBackendException if the plug-in refuses, or fails
     */
    public StorageBackend open(Surroundings surroundings) {
        StorageBackend backend = null;
        try {
            backend = Objects.requireNonNull(provider.create(surroundings), "create returned null");
            backend.open();
            return backend;
        } catch (UnusableBackendException refused) {
            close(backend, refused);
            throw refused;
        } catch (RuntimeException | LinkageError | AssertionError fault) {
            close(backend, fault);
            throw new UnusableBackendException(
                    "the plug-in " + origin + " failed: " + fault
                            + "; its log lines may say more, its author must repair it",
                    fault);
        }
    }

    private static void close(@Nullable StorageBackend backend, Throwable reason) {
        try {
            if (backend != null) {
                backend.close();
            }
        } catch (RuntimeException | LinkageError oneMore) {
            reason.addSuppressed(oneMore);
        }
    }
}
