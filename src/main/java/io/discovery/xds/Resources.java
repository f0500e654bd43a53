package io.discovery.xds;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.ServiceName;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Every resource there is: one of each type for each name that anyone asks for. Safe for all threads. */
final class Resources {

    private final Directory directory;
    private final Endpoints endpoints;

    Resources(Directory directory, Endpoints endpoints) {
        this.directory = directory;
        this.endpoints = endpoints;
    }

    Resource find(ResourceType type, String name, ClientNode peer) {
        return switch (type) {
            case CLUSTER -> new NameDerivedResources(DerivedShape.CLUSTER, name);
            case ENDPOINT -> endpoints.of(snapshot(name), peer);
            case LISTENER -> new NameDerivedResources(DerivedShape.LISTENER, name);
            case ROUTE -> new NameDerivedResources(DerivedShape.ROUTE, name);
        };
    }

    /** The version of what {@link #find} answers, which is not made for it. */
    String version(ResourceType type, String name, ClientNode peer) {
        return type == ResourceType.ENDPOINT
                ? snapshot(name).version().toString()
                : find(type, name, peer).version();
    }

    /** Of any name: what can be no service has no endpoints either. */
    private Snapshot snapshot(String name) {
        return service(name).map(directory::service).orElseGet(() -> directory.nothing(name));
    }

    /** The service of that name, if a service can have it. */
    static Optional<ServiceName> service(String name) {
        try {
            return Optional.of(new ServiceName(name));
        } catch (InvalidParameter noService) {
            return Optional.empty();
        }
    }

    /** The names of what a client gets that asks for all of a type. */
    Set<String> all(ResourceType type, ClientNode peer) {
        return hasAll(type, peer)
                ? directory.names().stream()
                        .filter(service ->
                                !directory.service(service).listings().isEmpty())
                        .map(ServiceName::text)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** Whether the name is one of {@link #all}. */
    boolean isInAll(ResourceType type, String name, ClientNode peer) {
        return hasAll(type, peer) && !snapshot(name).listings().isEmpty();
    }

    /** Envoy, which asks so for listeners, could do nothing with those for clients of gRPC: it gets none. */
    private static boolean hasAll(ResourceType type, ClientNode peer) {
        return type == ResourceType.CLUSTER || type == ResourceType.LISTENER && peer.isGrpc();
    }
}
