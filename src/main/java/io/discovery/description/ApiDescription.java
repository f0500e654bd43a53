package io.discovery.description;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.FixedResponse;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of the description: the file as it stands, and the same as JSON. A worker makes both responses when the
 * first client asks, since a start without them is sooner over. Thread-safe.
 */
public final class ApiDescription {

    private static final String FILE = "/openapi.yaml";

    private final WorkerExecutor workers;
    private @Nullable Future<Both> made;

    private record Both(FixedResponse yaml, FixedResponse json) {}

    public ApiDescription(WorkerExecutor workers) {
        this.workers = workers;
    }

    public List<HttpEndpoint> endpoints() {
        return List.of(
                HttpEndpoint.at(FILE, "openapi_yaml").get(Access.OPEN, request -> respond(request, Both::yaml)),
                HttpEndpoint.at("/openapi.json", "openapi_json")
                        .get(Access.OPEN, request -> respond(request, Both::json)));
    }

    private Future<Response> respond(EndpointRequest request, Function<Both, FixedResponse> form) {
        return both().map(both -> form.apply(both).to(request));
    }

    private synchronized Future<Both> both() {
        Future<Both> known = made;
        if (known == null) {
            known = workers.executeBlocking(ApiDescription::make, false);
            made = known;
        }
        return known;
    }

    private static Both make() throws IOException {
        byte[] yaml = file();
        byte[] json = new ObjectMapper().writeValueAsBytes(new ObjectMapper(new YAMLFactory()).readTree(yaml));
        return new Both(
                FixedResponse.of("application/yaml", yaml, List.of()),
                FixedResponse.of("application/json", json, List.of()));
    }

    private static byte[] file() throws IOException {
        try (InputStream file = Objects.requireNonNull(ApiDescription.class.getResourceAsStream(FILE), FILE)) {
            return file.readAllBytes();
        }
    }
}
