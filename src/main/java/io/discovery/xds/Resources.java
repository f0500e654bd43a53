package io.discovery.xds;

import io.discovery.auth.Grants;
import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.ServiceName;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All resources: one of each type for every possible name. Services that the client may not read look as if they had no
 * instances, and so as services that do not exist. Thread-safe.
 */
final class Resources {

    private final Directory directory;
    private final Endpoints endpoints;
    private final Grants grants;

    /** Creates the resources of clients that may read all services. */
    Resources(Directory directory, Endpoints endpoints) {
        this(directory, endpoints, Grants.ALL);
    }

    private Resources(Directory directory, Endpoints endpoints, Grants grants) {
        this.directory = directory;
        this.endpoints = endpoints;
        this.grants = grants;
    }

    /** Returns the same resources as a client with these grants may see them. */
    Resources readableWith(Grants granted) {
        return new Resources(directory, endpoints, granted);
    }

    Resource find(ResourceType type, String name, ClientNode peer) {
        return switch (type) {
            case CLUSTER -> new NameDerivedResources(DerivedShape.CLUSTER, name);
            case ENDPOINT -> endpoints.of(snapshot(name), peer);
            case LISTENER -> new NameDerivedResources(DerivedShape.LISTENER, name);
            case ROUTE -> new NameDerivedResources(DerivedShape.ROUTE, name);
        };
    }

    /** Returns the version of the resource that {@link #find} would return, without rendering it. */
    String version(ResourceType type, String name, ClientNode peer) {
        return type == ResourceType.ENDPOINT
                ? snapshot(name).version().toString()
                : find(type, name, peer).version();
    }

    /** Returns the snapshot of any name: a name that no service can have has no endpoints either. */
    private Snapshot snapshot(String name) {
        return service(name)
                .filter(service -> grants.mayRead(service.text()))
                .map(directory::service)
                .orElseGet(() -> directory.nothing(name));
    }

    /** Returns the service of that name, or empty if the name is not valid for a service. */
    static Optional<ServiceName> service(String name) {
        try {
            return Optional.of(new ServiceName(name));
        } catch (InvalidParameter noService) {
            return Optional.empty();
        }
    }

    /** Returns the names in a subscription to all resources of a type. */
    Set<String> all(ResourceType type, ClientNode peer) {
        return hasAll(type, peer)
                ? directory.names().stream()
                        .filter(service -> grants.mayRead(service.text()))
                        .filter(service ->
                                !directory.service(service).listings().isEmpty())
                        .map(ServiceName::text)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** Returns whether the name is one of {@link #all}. */
    boolean isInAll(ResourceType type, String name, ClientNode peer) {
        return hasAll(type, peer) && !snapshot(name).listings().isEmpty();
    }

    /**
     * Returns whether the client can subscribe to all: Envoy, which asks so for listeners, could not use listeners made
     * for gRPC, and gets none.
     */
    private static boolean hasAll(ResourceType type, ClientNode peer) {
        return type == ResourceType.CLUSTER || type == ResourceType.LISTENER && peer.isGrpc();
    }
}
