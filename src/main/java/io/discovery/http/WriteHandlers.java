package io.discovery.http;

import io.discovery.config.Cidrs;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.model.InstanceKey;
import io.discovery.model.Limits;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.NotListed;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.ServiceName;
import io.discovery.model.Weight;
import io.discovery.registry.Registry;
import io.discovery.telemetry.Statsd;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** What clients change. Methods throw what is wrong with a request; what the registry says is in the future. */
final class WriteHandlers {

    private final Registry registry;
    private final Directory directory;
    private final Readiness readiness;
    private final InstancePath hosts;
    private final Cidrs autoIp;
    private final Statsd statsd;

    WriteHandlers(
            Registry registry,
            Directory directory,
            Readiness readiness,
            InstancePath hosts,
            Cidrs autoIp,
            Statsd statsd) {
        this.registry = registry;
        this.directory = directory;
        this.readiness = readiness;
        this.hosts = hosts;
        this.autoIp = autoIp;
        this.statsd = statsd;
    }

    /** What is to be registered, checked. */
    record Registration(ServiceName service, RegistrationRequest form) {}

    /** Seed: POST /v1/registration/:service. */
    Future<Response> register(String service, Parameters sent, Supplier<ClientAddress> source) {
        requireWritable();
        return registry.byDeadline(register(checked(service, sent, source)));
    }

    /** @throws InvalidParameter for the first check that fails */
    Registration checked(String serviceText, Parameters sent, Supplier<ClientAddress> source) {
        ServiceName service = new ServiceName(serviceText);
        try {
            RegistrationRequest form = RegistrationRequest.of(sent, source, autoIp);
            Limits.check(service, form.revision(), form.repo(), form.tags());
            return new Registration(service, form);
        } catch (InvalidParameter invalid) {
            statsd.registrationRefused(service);
            throw invalid;
        }
    }

    /** Without a deadline. */
    Future<Response> register(Registration checked) {
        RegistrationRequest form = checked.form();
        return registry.registerAmongMany(
                        hosts.key(checked.service(), form), form.port(), form.revision(), form.repo(), form.tags())
                .map(done -> {
                    statsd.registered(checked.service());
                    return Response.emptyObject();
                });
    }

    /** Seed: DELETE /v1/registration/:service/:ip_address. */
    Future<Response> deregister(String service, String instance, BooleanSupplier isGone) {
        requireWritable();
        return each(new ServiceName(service), instance, isGone, registry::deregister)
                .map(Response.emptyObject())
                .recover(failure -> Future.failedFuture(ErrorResponses.asSeedsDelete(failure)));
    }

    /** Seed: POST /v1/loadbalancing/:service/:ip_address; the weight is checked before the host. */
    Future<Response> setWeight(String service, String instance, Parameters sent, BooleanSupplier isGone) {
        requireWritable();
        Weight weight = weight(sent);
        return each(new ServiceName(service), instance, isGone, key -> registry.setWeight(key, weight))
                .map(Response.noContent());
    }

    /** Seed: POST /v1/loadbalancing/:service; all that is listed, and an unknown service is fine. */
    Future<Response> setWeightOfAll(String service, Parameters sent, BooleanSupplier isGone) {
        requireWritable();
        Weight weight = weight(sent);
        requireComplete();
        List<InstanceKey> keys = directory.service(new ServiceName(service)).listings().stream()
                .map(listing -> listing.registration().key())
                .toList();
        return all(keys, isGone, key -> registry.setWeight(key, weight)).map(Response.noContent());
    }

    private static Weight weight(Parameters sent) {
        String text = sent.get(Weight.TAG, "");
        if (text.isEmpty()) {
            throw new ErrorResponses.Refused(ErrorResponses.error(400, "Required parameter 'weight' is missing."));
        }
        return Weight.parse(text);
    }

    private Future<Void> each(
            ServiceName service, String instance, BooleanSupplier isGone, Function<InstanceKey, Future<Void>> change) {
        if (hosts.dependsOnListing(instance)) {
            requireComplete();
        }
        List<InstanceKey> keys = hosts.keys(service, instance);
        if (keys.isEmpty()) {
            return Future.failedFuture(new NotListed(service, instance));
        }
        return keys.size() == 1 ? change.apply(keys.get(0)) : all(keys, isGone, change);
    }

    /** One that has gone meanwhile is no failure of the whole. */
    private Future<Void> all(
            List<InstanceKey> keys, BooleanSupplier isGone, Function<InstanceKey, Future<Void>> change) {
        Iterator<Supplier<Future<Void>>> changes = keys.stream()
                .<Supplier<Future<Void>>>map(key -> () -> change.apply(key)
                        .recover(failure ->
                                failure instanceof NotListed ? Future.succeededFuture() : Future.failedFuture(failure)))
                .iterator();
        return Lanes.run(changes, isGone, registry::byDeadline);
    }

    void requireWritable() {
        String why = readiness.whyNoWrites();
        if (why != null) {
            throw new NotReady(why);
        }
    }

    /** Where what is listed decides what is changed, all of it must be known. */
    private void requireComplete() {
        readiness.requireReads();
    }
}
