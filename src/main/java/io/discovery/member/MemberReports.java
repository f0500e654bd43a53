package io.discovery.member;

import io.discovery.cluster.PeerReports;
import io.discovery.durability.BackendSync;
import io.discovery.http.ClientControl;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.ResponseWorkers;
import io.discovery.memory.CacheBudget;
import io.discovery.report.ClientsReport;
import io.discovery.report.MemberReport;
import io.discovery.report.ReportEndpoints;
import io.discovery.xds.Xds;
import io.vertx.core.Future;
import java.util.List;

/** A member's reports of itself, and the pages with those of all members. */
final class MemberReports {

    /** A thread for each page: it may wait for a second. */
    private static final int WORKERS = 2;

    private final MemberCluster joined;
    private final ClientControl clients;
    private final Xds xds;
    private final MemberReport report = new MemberReport();
    private final ReportEndpoints endpoints;

    /** @param pages memory for the last pages */
    MemberReports(MemberCluster joined, CacheBudget pages, ClientControl clients, Xds xds) {
        this.joined = joined;
        this.clients = clients;
        this.xds = xds;
        this.endpoints = new ReportEndpoints(
                joined.cluster(),
                new PeerReports(joined.hazelcast()),
                new ResponseWorkers(joined.vertx(), "discovery-members", WORKERS, pages));
    }

    List<HttpEndpoint> endpoints() {
        return endpoints.endpoints();
    }

    /**
     * Answers the questions of all members from now on.
     *
     * @param port of HTTP
     */
    void begin(MemberAssembly assembly, MemberRegistry registry, BackendSync backend, int port) {
        MemberFacts facts = new MemberFacts(assembly, joined.cluster());
        report.add(() -> facts.process(joined.self(), port));
        report.add(facts::readiness);
        report.add(() -> facts.registry(registry));
        report.add(() -> facts.backend(backend.state()));
        report.add(facts::resources);
        report.add(() -> MemberFacts.clients(clients, xds));
        endpoints.answer(report, new ClientsReport(new XdsStreams(xds), clients));
    }

    private record XdsStreams(Xds xds) implements ClientsReport.Streams {

        @Override
        public int count() {
            return xds.streams();
        }

        @Override
        public Future<ClientsReport.Described> describe(int most, int characters) {
            return xds.describe(most, characters).map(rows -> new ClientsReport.Described(rows.json(), rows.leftOut()));
        }
    }
}
