package io.discovery;

import io.discovery.backend.file.FileBackend;
import io.discovery.backend.file.Identity;
import io.discovery.config.Settings;
import io.discovery.registry.StorageBackend;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The backends there are, by the name that BACKEND_STORAGE gives them. */
final class Backends {

    private static final String IN_MEMORY = "InMemory";
    private static final String IN_FILE = "InFile";

    static final List<String> NAMES = List.of(IN_FILE, IN_MEMORY);

    private Backends() {}

    /**
     * The backend, not yet open; none for InMemory, which survives the loss of members, not of all.
     *
     * @param nowMicros the time, before there is a cluster's clock
     */
    static Optional<StorageBackend> of(Settings settings, LongSupplier nowMicros) {
        return settings.backend().storage().equals(IN_FILE)
                ? Optional.of(new FileBackend(
                        settings.backend().applicationDir(),
                        new Identity(
                                settings.cluster().name(),
                                settings.instanceKey().text()),
                        settings.lease(),
                        nowMicros))
                : Optional.empty();
    }
}
