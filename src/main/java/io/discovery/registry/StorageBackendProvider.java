package io.discovery.registry;

import java.nio.file.Path;
import java.util.Map;

/**
 * Makes a {@link StorageBackend} that BACKEND_STORAGE can name. Plug-ins are found by {@link java.util.ServiceLoader}, on
 * the class path or in {@code plugins/*.jar} under APPLICATION_DIR. Then its constructor, which is public and has no
 * parameters, and {@link #name} run even if another backend is chosen: they do nothing else.
 */
public interface StorageBackendProvider {

    /** What BACKEND_STORAGE must be for this backend; exactly so, upper and lower case included. */
    String name();

    /**
     * A backend that is not open yet.
     *
     * @throws StorageBackend.UnusableBackendException if a setting is missing or wrong; the message names it
     */
    StorageBackend create(Surroundings surroundings);

    /**
     * What a backend may need to know of the member it works for.
     *
     * @param environment all environment variables: a plug-in's settings come from there too
     * @param applicationDir where it may keep files; may not exist yet
     * @param clusterName CLUSTER_NAME
     * @param instanceKey INSTANCE_KEY: {@code ip} or {@code ip_port}
     * @param retention the rules for its rows, and the cluster's clock, which runs from the first scan or write on
     */
    record Surroundings(
            Map<String, String> environment,
            Path applicationDir,
            String clusterName,
            String instanceKey,
            Retention retention) {

        public Surroundings {
            environment = Map.copyOf(environment);
        }
    }
}
