package io.discovery.faults;

import io.discovery.history.Promise;
import io.discovery.history.Violation;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.MemberUsage;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The objects that survive a collection, the open files and the threads of each member of a quiet cluster. After the
 * faults, members whose processes are the same hold no more than some bound above that.
 */
final class MemberMemory {

    /** Bytes for the caches of a warm member, and for the registrations of deploys. */
    private static final long MORE_HEAP = 24L << 20;

    private static final int MORE_FILES = 100;
    private static final int MORE_THREADS = 40;

    private record Usage(long heap, MemberUsage process) {
        static Usage of(MemberProcess member) {
            return new Usage(MemberUsage.liveHeap(member), MemberUsage.of(member));
        }
    }

    private final Map<Long, Usage> before;

    private MemberMemory(Map<Long, Usage> before) {
        this.before = before;
    }

    static MemberMemory of(FaultyCluster cluster) {
        return new MemberMemory(usages(cluster));
    }

    private static Map<Long, Usage> usages(FaultyCluster cluster) {
        List<MemberProcess> members =
                cluster.present().stream().map(cluster::member).toList();
        return members.parallelStream()
                .collect(Collectors.toConcurrentMap(MemberProcess::pid, Function.identity()))
                .entrySet()
                .parallelStream()
                .collect(Collectors.toConcurrentMap(Map.Entry::getKey, member -> Usage.of(member.getValue())));
    }

    /** Adds a violation for each member that holds more than it should. */
    void compare(FaultyCluster cluster, List<Violation> violations) {
        usages(cluster).forEach((pid, after) -> {
            Usage early = before.get(pid);
            if (early != null && isMore(early, after)) {
                violations.add(new Violation(
                        Promise.MEMBERS_KEEP_NOTHING, "process " + pid + ": " + early + ", then " + after));
            }
        });
    }

    private static boolean isMore(Usage before, Usage after) {
        return after.heap() > before.heap() + MORE_HEAP
                || after.process().files() > before.process().files() + MORE_FILES
                || after.process().threads() > before.process().threads() + MORE_THREADS;
    }
}
