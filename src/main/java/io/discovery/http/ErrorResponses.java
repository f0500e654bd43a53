package io.discovery.http;

import io.discovery.auth.AuthException;
import io.discovery.auth.AuthException.NotIdentified;
import io.discovery.auth.AuthException.TooManyChecks;
import io.discovery.auth.AuthException.TooManyFailures;
import io.discovery.auth.AuthException.TooManyRequests;
import io.discovery.http.ErrorResponses.Refused;
import io.discovery.model.RegistryException;
import io.discovery.model.RegistryException.Full;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.NotListed;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.RegistryException.OutcomeUnknown;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.model.RegistryException.SeveralInstances;
import io.discovery.model.RegistryException.TooLarge;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one table from failures to responses. An endpoint that words a failure differently, as the seed does in places,
 * throws {@link Refused}. Thread-safe.
 */
public final class ErrorResponses {

    private static final Logger log = LoggerFactory.getLogger(ErrorResponses.class);
    private static final String RETRY_SECONDS = "1";
    private static final int FAULT_STATUS = 500;
    private static final String FAULT = "internal error";

    /** The proofs that a client may send (RFC 9110, 11.6.1). */
    private static final List<Response.Header> CHALLENGES = List.of(
            new Response.Header("WWW-Authenticate", "Bearer realm=\"discovery\""),
            new Response.Header("WWW-Authenticate", "Basic realm=\"discovery\", charset=\"UTF-8\""));

    private static final String BASIC = "Basic ";

    private final boolean debug;

    /** @param debug whether the response to an internal error tells the cause */
    public ErrorResponses(boolean debug) {
        this.debug = debug;
    }

    /** A refusal with its response. */
    public static final class Refused extends RuntimeException {
        private final Response response;

        public Refused(Response response) {
            super("refused with " + response.status(), null, false, false);
            this.response = response;
        }
    }

    /**
     * Returns the response to a failure, and logs an internal error.
     *
     * @param endpoint that failed, for the log
     */
    public Response of(Throwable failure, String endpoint) {
        Response known = known(failure);
        if (known != null) {
            return known;
        }
        if (failure instanceof OutOfMemoryError) {
            // A future has caught what would have ended the process: a member without memory must not live on.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        }
        log.error("a request to {} failed", endpoint, failure);
        return debug ? error(FAULT_STATUS, FAULT + ": " + failure) : fault();
    }

    /** Returns the status of the response to a failure, without a word in the log. */
    public static int statusOf(Throwable failure) {
        Response known = known(failure);
        return known == null ? FAULT_STATUS : known.status();
    }

    /** Returns the response to a failure that has an answer; null for an internal error. */
    private static @Nullable Response known(Throwable failure) {
        if (failure instanceof Refused refused) {
            return refused.response;
        }
        if (failure instanceof RegistryException refusal) {
            return of(refusal);
        }
        return failure instanceof AuthException unauthorized ? of(unauthorized) : null;
    }

    private static Response of(RegistryException failure) {
        if (failure instanceof NotListed) {
            return error(404, failure.getMessage());
        }
        if (failure instanceof InvalidParameter || failure instanceof SeveralInstances || failure instanceof TooLarge) {
            return error(400, failure.getMessage());
        }
        if (failure instanceof Full) {
            return error(507, failure.getMessage());
        }
        if (failure instanceof OutcomeUnknown || failure instanceof NotReady || failure instanceof Overloaded) {
            return unavailable(failure.getMessage());
        }
        throw new IllegalStateException("a failure without an answer", failure);
    }

    private static Response of(AuthException failure) {
        if (failure instanceof NotIdentified) {
            return error(401, failure.getMessage()).with(CHALLENGES);
        }
        if (failure instanceof TooManyFailures failures) {
            return error(429, failure.getMessage()).with("Retry-After", Long.toString(failures.retrySeconds()));
        }
        if (failure instanceof TooManyRequests requests) {
            return error(429, failure.getMessage()).with("Retry-After", Long.toString(requests.retrySeconds()));
        }
        if (failure instanceof TooManyChecks) {
            return error(429, failure.getMessage()).with("Retry-After", RETRY_SECONDS);
        }
        return error(403, failure.getMessage());
    }

    /**
     * Returns the response without the challenges by which a browser asks for a name and a password itself: a page asks for
     * them, or for a token, in its own way.
     */
    static Response withoutDialog(Response response) {
        List<Response.Header> silent = response.headers().stream()
                .filter(header -> !header.value().toString().startsWith(BASIC))
                .toList();
        return new Response(response.status(), silent, response.body(), response.stream());
    }

    /** Returns a response with 503 and a time to retry after. */
    public static Response unavailable(String message) {
        return error(503, message).with("Retry-After", RETRY_SECONDS);
    }

    public static Response error(int status, String message) {
        return Response.json(status, JsonBody.line(Map.of("error", message)));
    }

    /** Returns a response with a message of the seed's, to the letter, and the invalid value beside it. */
    public static Response error(int status, String message, String given) {
        return Response.json(status, JsonBody.line(JsonBody.ordered("error", message, "given", given)));
    }

    static Response fault() {
        return error(FAULT_STATUS, FAULT);
    }

    public static Response notFound() {
        return Response.html(404, page("404 Not Found", "Not Found", "There is nothing at this path."));
    }

    /** Returns JSON, or a page for /healthcheck, with one Allow header for each method, as the seed does. */
    static Response wrongMethod(HttpEndpoint endpoint) {
        List<Response.Header> allow = endpoint.methods().stream()
                .map(method -> new Response.Header("Allow", method))
                .toList();
        String message = "The method is not allowed for the requested URL.";
        Response response = endpoint.name().equals(HealthEndpoints.HEALTHCHECK)
                ? Response.html(405, page("405 Method Not Allowed", "Method Not Allowed", message))
                : Response.json(405, JsonBody.line(Map.of("message", message)));
        return response.with(allow);
    }

    private static String page(String title, String heading, String text) {
        return "<!DOCTYPE HTML>\n<title>" + title + "</title>\n<h1>" + heading + "</h1>\n<p>" + text + "</p>\n";
    }
}
