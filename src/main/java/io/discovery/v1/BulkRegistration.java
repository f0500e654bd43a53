package io.discovery.v1;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.auth.AuthException;
import io.discovery.http.Caller;
import io.discovery.http.ClientAddress;
import io.discovery.http.EndpointRequest;
import io.discovery.http.ErrorResponses;
import io.discovery.http.Response;
import io.discovery.json.JsonText;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.OutcomeUnknown;
import io.discovery.registry.Registry;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The handler of requests with many registrations, from agents that report for many hosts. It accepts or refuses each
 * by the rules for a single one, and the response has the outcome of each, in the order of the request. Thread-safe.
 */
final class BulkRegistration {

    /** Maximum bytes of a body: 4 MB. */
    static final int BODY_LIMIT = 4 * 1024 * 1024;

    private static final int MOST = 1_000;
    /** Bytes that an event loop reads itself: more would keep other requests waiting. */
    private static final int READ_AT_ONCE = 16 * 1024;

    private static final int SOME_FAILED = 207;

    private final WriteHandlers writes;
    private final Registry registry;
    private final ErrorResponses errors;
    private final WorkerExecutor workers;

    /**
     * @param errors responses to the failures of single registrations
     * @param workers threads that read large bodies
     */
    BulkRegistration(WriteHandlers writes, Registry registry, ErrorResponses errors, WorkerExecutor workers) {
        this.writes = writes;
        this.registry = registry;
        this.errors = errors;
        this.workers = workers;
    }

    /**
     * The client of a request, found out once for all hosts: the headers about its address may be as long as a head.
     *
     * @param address for auto_ip
     * @param proven the address from which the client has come for certain
     */
    private record Sender(Caller caller, String address, String proven) {

        static Sender of(EndpointRequest request) {
            ClientAddress address = request.clientAddress();
            return new Sender(request.caller(), address.text(), address.proven());
        }
    }

    /** Registers the hosts of a request. */
    Future<Response> register(EndpointRequest request) {
        writes.requireWritable();
        return read(request.body(), Sender.of(request)).compose(changes -> {
            request.caller().countMore(changes.size() - 1);
            return new Batch(changes).run(request::isGone);
        });
    }

    private Future<List<Supplier<Future<Response>>>> read(Buffer body, Sender sender) {
        return body.length() <= READ_AT_ONCE
                ? Future.succeededFuture(changes(body, sender))
                : workers.executeBlocking(() -> changes(body, sender), false);
    }

    private List<Supplier<Future<Response>>> changes(Buffer body, Sender sender) {
        return SentJson.registrations(body.toString(StandardCharsets.UTF_8), MOST, item -> change(item, sender));
    }

    /** Checks one registration, as far as is possible beforehand, and returns the change. */
    private Supplier<Future<Response>> change(JsonNode item, Sender sender) {
        try {
            if (!item.isObject()) {
                throw new InvalidParameter("registration", JsonText.write(item), "a JSON object");
            }
            Parameters sent = new Parameters.JsonFields(item);
            String service = sent.get("service", "");
            sender.caller().client().requireWrite(service);
            WriteHandlers.ServiceRequest checked = writes.checked(service, sent, sender::address);
            WriteHandlers.requireOwn(sender.caller().client(), checked.request().ip(), sender::proven);
            return () -> writes.register(checked, sender.caller());
        } catch (AuthException refused) {
            sender.caller().refused(service(item), refused);
            return () -> Future.failedFuture(refused);
        } catch (RuntimeException refused) {
            return () -> Future.failedFuture(refused);
        }
    }

    private static String service(JsonNode item) {
        return item.path("service").asText();
    }

    /**
     * The registrations of one request in flight. Outcomes come on the event loop of the request; at the deadline
     * another thread makes the response of those that are known.
     */
    private final class Batch {
        private final List<Supplier<Future<Response>>> changes;
        private final AtomicReferenceArray<@Nullable Response> responses;

        Batch(List<Supplier<Future<Response>>> changes) {
            this.changes = changes;
            this.responses = new AtomicReferenceArray<>(changes.size());
        }

        /** Runs the changes; the response says which outcomes are unknown by the deadline. */
        Future<Response> run(BooleanSupplier isGone) {
            Iterator<Supplier<Future<Void>>> steps = IntStream.range(0, changes.size())
                    .<Supplier<Future<Void>>>mapToObj(mine -> () -> one(mine))
                    .iterator();
            return Lanes.run(steps, isGone, registry::byDeadline)
                    .transform(done -> Future.succeededFuture(response(done.cause())));
        }

        private Future<Void> one(int mine) {
            return changes.get(mine)
                    .get()
                    .otherwise(BulkRegistration.this::refusal)
                    .map(response -> {
                        responses.set(mine, response);
                        return null;
                    });
        }

        private Response response(@Nullable Throwable late) {
            Response unknown = refusal(late == null ? new OutcomeUnknown("not begun") : late);
            StringBuilder items = new StringBuilder(32 * responses.length());
            int registered = 0;
            for (int i = 0; i < responses.length(); i++) {
                Response known = responses.get(i);
                Response response = known == null ? unknown : known;
                registered += response.status() == 200 ? 1 : 0;
                items.append(items.isEmpty() ? "" : ", ").append(item(response));
            }
            String body = "{\"registered\": " + registered + ", \"results\": [" + items + "]}\n";
            return Response.json(registered == responses.length() ? 200 : SOME_FAILED, Buffer.buffer(body));
        }
    }

    private Response refusal(Throwable failure) {
        return errors.of(failure, "registrations");
    }

    /** Returns a response as one of many: its status, then the fields of its body. */
    private static String item(Response response) {
        String fields = response.body().toString().strip();
        return "{\"status\": " + response.status() + (fields.equals("{}") ? "}" : ", " + fields.substring(1));
    }
}
