package io.discovery.changes;

import io.discovery.directory.Readiness;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.ErrorResponses;
import io.discovery.http.ErrorResponses.Refused;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.RequestQuery;
import io.discovery.http.Response;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP endpoint of the history. Thread-safe. */
public final class ChangeEndpoints {

    private final @Nullable ChangeRecorder recorder;
    private final Readiness readiness;

    /** @param recorder null if this member records nothing */
    public ChangeEndpoints(@Nullable ChangeRecorder recorder, Readiness readiness) {
        this.recorder = recorder;
        this.readiness = readiness;
    }

    public List<HttpEndpoint> endpoints() {
        return List.of(HttpEndpoint.at("/v1/changes", "changes").get(Access.READ_NAMED, this::changes));
    }

    private Future<Response> changes(EndpointRequest request) {
        if (!readiness.isComplete()) {
            readiness.requireReads();
        }
        if (recorder == null) {
            throw new Refused(ErrorResponses.error(404, "this member records no changes: HISTORY_CHANGES is 0"));
        }
        ChangeQuery query = ChangeQuery.of(RequestQuery.of(request.http()));
        return Future.succeededFuture(
                Response.ok(Response.wrapped(ChangeList.render(recorder.ring(), query, recorder.knownSince()))));
    }
}
