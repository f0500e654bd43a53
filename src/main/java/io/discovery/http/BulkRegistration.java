package io.discovery.http;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Many registrations in one request, from an agent that reports for many hosts. Each is taken or refused on its own, by the
 * rules for one alone, and has an outcome of its own in the answer, in the order in which they were sent.
 */
final class BulkRegistration {

    /** The largest body: 4 MB. */
    static final int BODY_LIMIT = 4 * 1024 * 1024;

    private static final int MOST = 1_000;
    /** Reading more than this would keep other requests waiting. */
    private static final int READ_AT_ONCE = 16 * 1024;

    private static final int SOME_FAILED = 207;

    private final WriteHandlers writes;
    private final Registry registry;
    private final Function<Throwable, Response> failures;
    private final WorkerExecutor workers;

    /**
     * @param failures what each is as an answer
     * @param workers for what takes long
     */
    BulkRegistration(
            WriteHandlers writes, Registry registry, Function<Throwable, Response> failures, WorkerExecutor workers) {
        this.writes = writes;
        this.registry = registry;
        this.failures = failures;
        this.workers = workers;
    }

    /** @param isGone whether the client has gone */
    Future<Response> register(Buffer body, Supplier<ClientAddress> source, BooleanSupplier isGone) {
        writes.requireWritable();
        return read(body, source).compose(changes -> new Batch(changes).run(isGone));
    }

    private Future<List<Supplier<Future<Response>>>> read(Buffer body, Supplier<ClientAddress> source) {
        return body.length() <= READ_AT_ONCE
                ? Future.succeededFuture(changes(body, source))
                : workers.executeBlocking(() -> changes(body, source), false);
    }

    private List<Supplier<Future<Response>>> changes(Buffer body, Supplier<ClientAddress> source) {
        return SentJson.registrations(body.toString(StandardCharsets.UTF_8), MOST, item -> change(item, source));
    }

    /** What is to be done for one of them, checked as far as it can be. */
    private Supplier<Future<Response>> change(JsonNode item, Supplier<ClientAddress> source) {
        try {
            if (!item.isObject()) {
                throw new InvalidParameter("registration", JsonText.write(item), "a JSON object");
            }
            Parameters sent = new Parameters.JsonFields(item);
            WriteHandlers.Registration checked = writes.checked(sent.get("service", ""), sent, source);
            return () -> writes.register(checked);
        } catch (RuntimeException refused) {
            return () -> Future.failedFuture(refused);
        }
    }

    /** The registrations of one request on their way. Belongs to the context of the request. */
    private final class Batch {
        private final List<Supplier<Future<Response>>> changes;
        private final @Nullable Response[] answers;

        Batch(List<Supplier<Future<Response>>> changes) {
            this.changes = changes;
            this.answers = new Response[changes.size()];
        }

        /** Of what is not known by the deadline the answer says so. */
        Future<Response> run(BooleanSupplier isGone) {
            Iterator<Supplier<Future<Void>>> steps = IntStream.range(0, changes.size())
                    .<Supplier<Future<Void>>>mapToObj(mine -> () -> one(mine))
                    .iterator();
            return Lanes.run(steps, isGone, registry::byDeadline)
                    .transform(done -> Future.succeededFuture(answer(done.cause())));
        }

        private Future<Void> one(int mine) {
            return changes.get(mine).get().otherwise(failures).map(answer -> {
                answers[mine] = answer;
                return null;
            });
        }

        private Response answer(@Nullable Throwable late) {
            Response unknown = failures.apply(late == null ? new OutcomeUnknown("not begun") : late);
            StringBuilder items = new StringBuilder(32 * answers.length);
            int registered = 0;
            for (Response known : answers) {
                Response answer = known == null ? unknown : known;
                registered += answer.status() == 200 ? 1 : 0;
                items.append(items.isEmpty() ? "" : ", ").append(item(answer));
            }
            String body = "{\"registered\": " + registered + ", \"results\": [" + items + "]}\n";
            return Response.json(registered == answers.length ? 200 : SOME_FAILED, Buffer.buffer(body));
        }
    }

    /** An answer as one of many: its status, and what its body says beside. */
    private static String item(Response answer) {
        String fields = answer.body().toString().strip();
        return "{\"status\": " + answer.status() + (fields.equals("{}") ? "}" : ", " + fields.substring(1));
    }
}
