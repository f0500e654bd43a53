package io.discovery.faults;

import io.discovery.watchers.SeenHosts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The services and hosts of a round, and what becomes of each host. Each registration of a host has a number, which is
 * its port and in its revision, so every list tells which registration it shows. Thread-safe.
 */
final class Fleet {

    /** The fate of a host. */
    enum Role {
        /** One client keeps it: it is never removed, and reports as long as its client gets through. */
        STEADY,
        /** Any client registers it, reports for it and removes it. */
        SHARED,
        /** One client registers it and removes it, again and again. */
        RETURNING,
        /** One client keeps it, and now and then falls silent for up to two leases. */
        SILENT,
        /**
         * Its client lets it fall silent for ever, one host of its service after the other. No client weighs it, so the list
         * changes by the ends of leases alone.
         */
        FADING
    }

    /** A host of a service. */
    record Host(String service, String address, Role role) {
        String key() {
            return service + "/" + address;
        }
    }

    private static final List<Role> ROLES = List.of(
            Role.STEADY,
            Role.SHARED,
            Role.STEADY,
            Role.RETURNING,
            Role.SILENT,
            Role.STEADY,
            Role.RETURNING,
            Role.SILENT);

    /** Every so many services there is one all of whose hosts fall silent. */
    private static final int FADING = 8;

    /** The most clients of a workload: each has addresses of its own. */
    static final int CLIENTS = 256;

    /** The addresses of one client's deployments of a service, which take turns. */
    private static final int GENERATIONS = 32;

    /** The first of the networks 127.N that deployments use. */
    private static final int DEPLOYED = 8;

    private final int services;
    private final int hostsPerService;
    private final Map<String, AtomicInteger> numbers = new ConcurrentHashMap<>();
    private final Map<String, Set<Host>> hosts = new ConcurrentSkipListMap<>();

    Fleet(int services, int hostsPerService) {
        this.services = services;
        this.hostsPerService = hostsPerService;
    }

    int services() {
        return services;
    }

    /** Returns services for watchers: some that are much used, some that fade, some that come and go. */
    List<String> followed() {
        return Stream.concat(
                        IntStream.range(0, Math.min(FADING, services)).mapToObj(Fleet::service),
                        Stream.of(passing(0, 0), passing(1, 0)))
                .toList();
    }

    /** Returns the services that any client has named so far. */
    List<String> named() {
        return List.copyOf(hosts.keySet());
    }

    static String service(int service) {
        return "service-" + service;
    }

    Host host(int service, int host) {
        return note(new Host(service(service), "127.1." + service + "." + (host + 1), role(service, host)));
    }

    private static Role role(int service, int host) {
        return isFading(service) ? Role.FADING : ROLES.get(host % ROLES.size());
    }

    /** Returns the hosts that a client has at the start, of so many clients. */
    List<Host> ofClient(int client, int clients) {
        return IntStream.range(0, services * hostsPerService)
                .filter(number -> number % clients == client)
                .mapToObj(number -> host(number / hostsPerService, number % hostsPerService))
                .toList();
    }

    /** Returns whether each of so many clients has a host that does not fall silent for ever. */
    boolean employs(int clients) {
        return IntStream.range(0, services * hostsPerService)
                        .filter(number -> role(number / hostsPerService, number % hostsPerService) != Role.FADING)
                        .map(number -> number % clients)
                        .distinct()
                        .count()
                == clients;
    }

    private static boolean isFading(int service) {
        return service % FADING == FADING / 2;
    }

    /** Returns the host of a service that all clients share; in a service that fades, a host beside the others. */
    Host shared(int service) {
        return isFading(service)
                ? note(new Host(passing(0, service), "127.4." + service + ".1", Role.SHARED))
                : host(service, ROLES.indexOf(Role.SHARED));
    }

    int hostsPerService() {
        return hostsPerService;
    }

    /** Returns the host that a deploy of a client starts in the place of its last one. */
    Host deployed(int client, int service, int generation) {
        int number = client * GENERATIONS + generation % GENERATIONS;
        String address = "127." + (DEPLOYED + number / 256) + "." + service + "." + number % 256;
        return note(new Host(service(service), address, Role.RETURNING));
    }

    /** Returns a host of a service that comes and goes. */
    Host passing(int client, int name, int host) {
        return note(new Host(passing(client, name), "127.3." + client + "." + (name * 8 + host), Role.RETURNING));
    }

    private static String passing(int client, int name) {
        return "passing-" + client + "-" + name;
    }

    /** Returns all hosts of a service that any client has named so far. */
    Collection<Host> hostsOf(String service) {
        return List.copyOf(hosts.getOrDefault(service, Set.of()));
    }

    private Host note(Host host) {
        hosts.computeIfAbsent(host.service(), service -> ConcurrentHashMap.newKeySet())
                .add(host);
        return host;
    }

    /** Returns the number of a new registration of a host. */
    int next(Host host) {
        return numbers.computeIfAbsent(host.key(), key -> new AtomicInteger()).incrementAndGet();
    }

    /** Returns the number of the last registration of a host that any client sent, or of its first. */
    int last(Host host) {
        return numbers.computeIfAbsent(host.key(), key -> new AtomicInteger(1)).get();
    }

    static String revision(int number) {
        return SeenHosts.revision(number);
    }
}
