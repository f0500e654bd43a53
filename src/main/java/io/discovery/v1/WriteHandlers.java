package io.discovery.v1;

import io.discovery.auth.AuthException;
import io.discovery.auth.Client;
import io.discovery.config.Cidrs;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.Caller;
import io.discovery.http.EndpointRequest;
import io.discovery.http.ErrorResponses;
import io.discovery.http.ErrorResponses.Refused;
import io.discovery.http.Response;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Limits;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.NotListed;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.ServiceName;
import io.discovery.model.Weight;
import io.discovery.registry.Registry;
import io.discovery.telemetry.Statsd;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Handlers of requests that change the registry. Methods throw what is wrong with a request; failures of the registry
 * are in the future. Thread-safe.
 */
final class WriteHandlers {

    private final Registry registry;
    private final Directory directory;
    private final Readiness readiness;
    private final InstancePath instances;
    private final Cidrs autoIp;
    private final Statsd statsd;
    private final AuditedRegistry audited;

    WriteHandlers(
            Registry registry,
            Directory directory,
            Readiness readiness,
            InstancePath instances,
            Cidrs autoIp,
            Statsd statsd,
            AuditedRegistry audited) {
        this.registry = registry;
        this.directory = directory;
        this.readiness = readiness;
        this.instances = instances;
        this.autoIp = autoIp;
        this.statsd = statsd;
        this.audited = audited;
    }

    /** A checked request to register an instance of a service. */
    record ServiceRequest(ServiceName service, RegistrationRequest request) {}

    /** Registers a host (seed: POST /v1/registration/:service). */
    Future<Response> register(EndpointRequest request) {
        Parameters sent = Parameters.of(request);
        requireWritable();
        ServiceRequest checked =
                checked(request.segment(0), sent, () -> request.clientAddress().text());
        requireOwn(
                request.client(),
                checked.request().ip(),
                () -> request.clientAddress().proven());
        return registry.byDeadline(register(checked, request.caller()));
    }

    /** @throws InvalidParameter for the first check that fails */
    ServiceRequest checked(String serviceText, Parameters sent, Supplier<String> client) {
        ServiceName service = new ServiceName(serviceText);
        try {
            RegistrationRequest request = RegistrationRequest.of(sent, client, autoIp);
            Limits.check(service, request.details());
            return new ServiceRequest(service, request);
        } catch (InvalidParameter invalid) {
            statsd.registrationRefused(service);
            throw invalid;
        }
    }

    /** Registers a host, without a deadline. */
    Future<Response> register(ServiceRequest checked, Caller caller) {
        RegistrationRequest request = checked.request();
        InstanceKey key = instances.key(checked.service(), request);
        return audited.register(caller, key, request.details()).map(done -> {
            statsd.registered(checked.service());
            return Response.emptyObject();
        });
    }

    /** Removes a host (seed: DELETE /v1/registration/:service/:ip_address, which answers 400 if it is not listed). */
    Future<Response> deregister(EndpointRequest request) {
        requireWritable();
        return each(request, key -> audited.deregister(request.caller(), key))
                .map(Response.emptyObject())
                .recover(failure -> Future.failedFuture(
                        failure instanceof NotListed
                                ? new Refused(ErrorResponses.error(400, String.valueOf(failure.getMessage())))
                                : failure));
    }

    /** Sets the weight of a host (seed: POST /v1/loadbalancing/:service/:ip_address; it checks the weight first). */
    Future<Response> setWeight(EndpointRequest request) {
        Parameters sent = Parameters.of(request);
        requireWritable();
        Weight weight = weight(sent);
        return each(request, key -> audited.setWeight(request.caller(), key, weight))
                .map(Response.noContent())
                .recover(failure -> Future.failedFuture(
                        failure instanceof NotListed
                                ? new Refused(ErrorResponses.error(404, "Host not found"))
                                : failure));
    }

    /** Sets the weight of all listed hosts (seed: POST /v1/loadbalancing/:service; there may be none). */
    Future<Response> setWeightOfAll(EndpointRequest request) {
        Parameters sent = Parameters.of(request);
        request.client().requireOthers();
        requireWritable();
        Weight weight = weight(sent);
        ServiceName service = new ServiceName(request.segment(0));
        List<InstanceKey> keys = readiness.read(() -> toWeigh(service, weight));
        return all(keys, request::isGone, key -> audited.setWeight(request.caller(), key, weight))
                .map(Response.noContent());
    }

    /**
     * Returns the hosts of a service, those with another weight first: when there are too many for one request, the next
     * one goes on where this one ended.
     */
    private List<InstanceKey> toWeigh(ServiceName service, Weight weight) {
        return directory.service(service).listings().stream()
                .sorted(Comparator.comparing(
                        listing -> Weight.of(listing.registration().tags()).equals(weight)))
                .map(listing -> listing.registration().key())
                .toList();
    }

    /** Parses the weight. The seed has words of its own for one that is missing or invalid. */
    private static Weight weight(Parameters sent) {
        String text = sent.get(Weight.TAG, "");
        if (text.isEmpty()) {
            throw new Refused(ErrorResponses.error(400, "Required parameter 'weight' is missing."));
        }
        try {
            return Weight.parse(text);
        } catch (InvalidParameter invalid) {
            throw new Refused(ErrorResponses.error(
                    400, "Invalid load_balancing_weight. Supply an integer between 1 and 100.", invalid.given()));
        }
    }

    private Future<Void> each(EndpointRequest request, Function<InstanceKey, Future<Void>> change) {
        ServiceName service = new ServiceName(request.segment(0));
        String instance = request.segment(1);
        List<InstanceKey> keys = instances.dependsOnListing(instance)
                ? readiness.read(() -> instances.keys(service, instance))
                : instances.keys(service, instance);
        if (keys.isEmpty()) {
            return Future.failedFuture(new NotListed(service, instance));
        }
        keys.forEach(key -> requireOwn(
                request.client(), key.address(), () -> request.clientAddress().proven()));
        return keys.size() == 1 ? change.apply(keys.get(0)) : all(keys, request::isGone, change);
    }

    /** Changes all of the instances; one that is no longer listed is not a failure. */
    private Future<Void> all(
            List<InstanceKey> keys, BooleanSupplier isGone, Function<InstanceKey, Future<Void>> change) {
        Iterator<Supplier<Future<Void>>> changes = keys.stream()
                .<Supplier<Future<Void>>>map(key -> () -> change.apply(key)
                        .recover(failure ->
                                failure instanceof NotListed ? Future.succeededFuture() : Future.failedFuture(failure)))
                .iterator();
        return Lanes.run(changes, isGone, registry::byDeadline);
    }

    /**
     * Checks that a client which may change its own instances only changes one of these.
     *
     * @param proven returns the address from which the client has come for certain
     * @throws AuthException if the instance is another
     */
    static void requireOwn(Client client, IpAddress address, Supplier<String> proven) {
        if (client.identity().isSelfOnly()) {
            client.requireOwn(address.text(), proven.get());
        }
    }

    void requireWritable() {
        audited.requireWritable();
        String why = readiness.whyNoWrites();
        if (why != null) {
            throw new NotReady(why);
        }
    }
}
