package io.discovery.report;

import io.discovery.cluster.PeerReports;
import io.discovery.http.Access;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.JsonBody;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.http.SharedResponse;
import io.discovery.json.UtcTime;
import io.discovery.registry.Membership;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The endpoints that ask all members for a report. A worker asks, once for all requests that come meanwhile, and a page
 * serves for a second. Thread-safe.
 */
public final class ReportEndpoints {

    /** The names of the reports among members. */
    private static final String MEMBERS = "members";

    private static final String CLIENTS = "clients";

    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Time for the answer about partitions, which has come when the reports have. */
    private static final long SAFETY_SECONDS = 2;

    private final Membership membership;
    private final PeerReports peers;
    private final SharedResponse members;
    private final SharedResponse clients;

    /** @param workers have a thread for each endpoint: it may wait for a second */
    public ReportEndpoints(Membership membership, PeerReports peers, ResponseWorkers workers) {
        this.membership = membership;
        this.peers = peers;
        this.members = workers.shared(() -> kept(members()));
        this.clients = workers.shared(() -> kept(clients()));
    }

    /** Answers the questions of all members for this member's reports from now on. */
    public void answer(MemberReport member, ClientsReport waiting) {
        peers.answer(MEMBERS, member::json);
        peers.answer(CLIENTS, waiting::json);
    }

    public List<HttpEndpoint> endpoints() {
        return List.of(
                HttpEndpoint.at("/v1/members", "members").get(Access.ADMIN, request -> members.ask()),
                HttpEndpoint.at("/v1/clients", "clients").get(Access.ADMIN, request -> clients.ask()));
    }

    private static SharedResponse.Made kept(Buffer page) {
        long until = System.nanoTime() + KEPT_NANOS;
        return new SharedResponse.Made(Response.ok(page), () -> System.nanoTime() - until < 0);
    }

    private Buffer members() {
        Future<Boolean> safe = membership.partitionsSafe();
        Map<String, byte[]> reports = peers.ask(MEMBERS);
        return MembersPage.of(
                JsonBody.ordered("time", UtcTime.of(Instant.now()), "partitions_safe", isSafe(safe)),
                membership.members(),
                reports);
    }

    private Buffer clients() {
        Map<String, byte[]> reports = peers.ask(CLIENTS);
        return MembersPage.of(Map.of(), membership.members(), reports);
    }

    private static boolean isSafe(Future<Boolean> safe) {
        try {
            return safe.toCompletionStage().toCompletableFuture().get(SAFETY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException unknown) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
