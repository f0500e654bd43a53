package io.discovery.registry;

import java.nio.file.Path;
import java.util.Map;

/**
 * A factory of a {@link StorageBackend} that BACKEND_STORAGE can name. {@link java.util.ServiceLoader} finds plug-ins
 * on the class path or in {@code plugins/*.jar} under APPLICATION_DIR. It then runs the provider's constructor, which
 * is public and has no parameters, and {@link #name}, even if another backend is chosen: both must do nothing else.
 */
public interface StorageBackendProvider {

    /** Returns the exact value of BACKEND_STORAGE for this backend, upper and lower case included. */
    String name();

    /**
     * Creates a backend that is not open yet.
     *
     * @throws StorageBackend.UnusableBackendException if a setting is missing or wrong; the message names it
     */
    StorageBackend create(Surroundings surroundings);

    /**
     * The data about its member that a backend may need.
     *
     * @param environment all environment variables: a plug-in's settings come from there too
     * @param applicationDir directory in which the backend may keep files; may not exist yet
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
