package io.discovery.console;

import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.ErrorResponses;
import io.discovery.http.FixedResponse;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of the console. Any client may have its files: all that they show they ask for by the API, which needs
 * grants. Thread-safe.
 */
public final class ConsoleEndpoints {

    private static final String NAME = "console";
    private static final String FOLDER = "/ui/";
    private static final String VENDOR = "vendor/";

    private final Map<String, FixedResponse> files;

    private ConsoleEndpoints(Map<String, FixedResponse> files) {
        this.files = files;
    }

    /** Reads the files and returns the endpoints. */
    public static List<HttpEndpoint> endpoints() {
        ConsoleEndpoints console = new ConsoleEndpoints(ConsoleFiles.read());
        return List.of(
                HttpEndpoint.at("/", NAME).get(Access.OPEN, ConsoleEndpoints::root),
                HttpEndpoint.at("/ui", NAME).get(Access.OPEN, request -> toConsole()),
                HttpEndpoint.at(FOLDER, NAME).get(Access.OPEN, request -> console.file(request, ConsoleFiles.PAGE)),
                HttpEndpoint.at("/ui/:file", NAME)
                        .get(Access.OPEN, request -> console.file(request, request.segment(0))),
                HttpEndpoint.at("/ui/vendor/:file", NAME)
                        .get(Access.OPEN, request -> console.file(request, VENDOR + request.segment(0))));
    }

    /** Leads browsers to the console; other clients hear what they heard before there was one. */
    private static Future<Response> root(EndpointRequest request) {
        String accepted = request.http().getHeader(HttpHeaders.ACCEPT);
        return accepted != null && accepted.toLowerCase(Locale.ROOT).contains("text/html")
                ? toConsole()
                : Future.succeededFuture(ErrorResponses.notFound());
    }

    private static Future<Response> toConsole() {
        return Future.succeededFuture(Response.redirect(FOLDER));
    }

    private Future<Response> file(EndpointRequest request, String name) {
        @Nullable FixedResponse file = files.get(name);
        return Future.succeededFuture(file == null ? ErrorResponses.notFound() : file.to(request));
    }
}
