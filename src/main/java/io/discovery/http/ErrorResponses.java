package io.discovery.http;

import io.discovery.model.RegistryException;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.NotListed;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.RegistryException.OutcomeUnknown;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.model.RegistryException.SeveralInstances;
import io.discovery.model.RegistryException.TooLarge;
import io.discovery.model.Weight;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one table of failures: what each is as an answer. Where the seed has words for one, "error" has them to the letter,
 * and "given" stands beside it.
 */
final class ErrorResponses {

    private static final Logger log = LoggerFactory.getLogger(ErrorResponses.class);
    private static final String RETRY_SECONDS = "1";

    private final boolean debug;

    /** @param debug whether the answer to a fault of ours tells its cause */
    ErrorResponses(boolean debug) {
        this.debug = debug;
    }

    /** A request that HTTP or our routes refuse before any rule is asked. */
    static final class Refused extends RuntimeException {
        private final Response answer;

        Refused(Response answer) {
            super("refused with " + answer.status(), null, false, false);
            this.answer = answer;
        }
    }

    Response answer(Throwable failure, Route route) {
        if (failure instanceof Refused refused) {
            return refused.answer;
        }
        if (failure instanceof RegistrationRequest.InvalidTags tags) {
            return error(400, RegistrationRequest.InvalidTags.MESSAGE, tags.given());
        }
        if (failure instanceof RegistryException known) {
            return answer(known, route);
        }
        if (failure instanceof OutOfMemoryError) {
            // A future has caught what would have ended the process: a member without memory must not live on.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        }
        log.error("a request to {} failed", route, failure);
        return error(500, "internal error" + (debug ? ": " + failure : ""));
    }

    private static Response answer(RegistryException failure, Route route) {
        if (failure instanceof InvalidParameter invalid) {
            return invalid.field().equals(Weight.TAG)
                    // Seed: POST /v1/loadbalancing.
                    ? error(400, "Invalid load_balancing_weight. Supply an integer between 1 and 100.", invalid.given())
                    : error(400, invalid.getMessage());
        }
        if (failure instanceof NotListed) {
            // Seed: POST /v1/loadbalancing answers 404 with these words, DELETE answers 400.
            return route instanceof Route.Weight ? error(404, "Host not found") : error(404, failure.getMessage());
        }
        if (failure instanceof SeveralInstances || failure instanceof TooLarge) {
            return error(400, failure.getMessage());
        }
        if (failure instanceof OutcomeUnknown || failure instanceof NotReady || failure instanceof Overloaded) {
            return unavailable(failure.getMessage());
        }
        throw new IllegalStateException("a failure without an answer", failure);
    }

    /** DELETE of what is not listed is the seed's 400. */
    static Throwable asSeedsDelete(Throwable failure) {
        return failure instanceof NotListed absent ? new Refused(error(400, absent.getMessage())) : failure;
    }

    static Response unavailable(String message) {
        return error(503, message).with("Retry-After", RETRY_SECONDS);
    }

    static Response error(int status, String message) {
        return Response.json(status, V1Json.line(Map.of("error", message)));
    }

    private static Response error(int status, String message, String given) {
        return Response.json(status, V1Json.line(V1Json.ordered("error", message, "given", given)));
    }

    static Response notFound() {
        return Response.html(404, page("404 Not Found", "Not Found", "There is nothing at this path."));
    }

    /** Seed: JSON on the API, a page on /healthcheck; one Allow header per method. */
    static Response wrongMethod(Route route) {
        List<Response.Header> allow = route.methods().stream()
                .map(method -> new Response.Header("Allow", method))
                .toList();
        String message = "The method is not allowed for the requested URL.";
        Response answer = route.name().equals(Route.HEALTHCHECK)
                ? Response.html(405, page("405 Method Not Allowed", "Method Not Allowed", message))
                : Response.json(405, V1Json.line(Map.of("message", message)));
        return answer.with(allow);
    }

    private static String page(String title, String heading, String text) {
        return "<!DOCTYPE HTML>\n<title>" + title + "</title>\n<h1>" + heading + "</h1>\n<p>" + text + "</p>\n";
    }
}
