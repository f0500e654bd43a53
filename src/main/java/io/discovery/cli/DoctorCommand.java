package io.discovery.cli;

import io.discovery.cli.Finding.Level;
import io.discovery.cli.http.Members;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.Failure.Kind;
import io.discovery.cli.text.Rows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;

/** The examination of a cluster. */
@Command(
        name = "doctor",
        description =
                "Asks all members, and tells what is wrong and what to do: whether they answer, are ready, see each"
                        + " other, have the same settings, version and content, and the right time; their backends, disks"
                        + " and heaps. Each endpoint is asked by itself, so name all members. Ends with 1 if something is"
                        + " bad.")
final class DoctorCommand implements Callable<Integer> {

    /** Members may differ for as long as a change is on its way. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int WELL = 0;

    private final Context context;

    DoctorCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<Finding> findings = examined();
        Rows rows = context.rows("CHECK", "STATE", "FOUND", "TO DO");
        findings.forEach(finding -> rows.add(
                finding.object(),
                Cell.of(finding.check()),
                new Cell(finding.level().name(), finding.level().mood()),
                Cell.of(finding.found()),
                Cell.of(finding.advice())));
        rows.end();
        return isWell(findings) ? WELL : Kind.REFUSED.exitCode();
    }

    private static boolean isWell(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.level() == Level.BAD);
    }

    /** Looks until nothing is bad, or until the time is over in which a change may be on its way. */
    private List<Finding> examined() {
        Members members = context.members();
        int endpoints = members.endpoints().size();
        Progress progress = new Progress(context.streams());
        try (ClusterQuestions questions = new ClusterQuestions(members, progress)) {
            List<Finding> findings = examined(endpoints, questions.ask());
            long begin = System.nanoTime();
            while (!isWell(findings) && System.nanoTime() - begin < PATIENCE.toNanos()) {
                progress.showNow("something is bad: looking again");
                LockSupport.parkNanos(PERIOD.toNanos());
                findings = examined(endpoints, questions.askAgain());
            }
            return findings;
        }
    }

    private static List<Finding> examined(int endpoints, ClusterViews cluster) {
        List<Finding> findings = new ArrayList<>();
        findings.add(endpoints(endpoints, cluster.silent()));
        findings.add(oneCluster(cluster));
        findings.addAll(new Checkup(cluster.first()).findings());
        return findings;
    }

    private static Finding endpoints(int all, List<String> silent) {
        return silent.isEmpty()
                ? Finding.ok("endpoints", all == 1 ? "1 answers" : "all " + all + " answer")
                : Finding.bad(
                        "endpoints",
                        "no answer from " + String.join("; ", silent),
                        "start that member, do as its refusal says, or take its address out of your list");
    }

    private static Finding oneCluster(ClusterViews cluster) {
        ClusterReport first = cluster.first();
        List<String> others = cluster.differing();
        return others.isEmpty()
                ? Finding.ok("cluster", "one, of " + first.members().size() + " members")
                : Finding.bad(
                        "cluster",
                        String.join(", ", others) + " see other members than " + first.from(),
                        "see that members reach each other (CLUSTER_MEMBERS, CLUSTER_PORT): a split heals by itself"
                                + " then");
    }
}
