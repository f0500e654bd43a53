package io.discovery.cli;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Failure.Kind;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Printable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The answer to the question whether a member may be restarted. */
@Command(
        name = "safe",
        description = "Ends with 0 if one member may be restarted now: all members are ready, and losing one loses"
                + " nothing. Otherwise tells why not, and ends with 1. Each endpoint is asked by itself, so name all"
                + " members, or their number.")
final class SafeCommand implements Callable<Integer> {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int SAFE = 0;

    private final Context context;

    @Option(
            names = "--wait",
            arity = "0..1",
            paramLabel = "TIME",
            fallbackValue = "10m",
            description = "Waits until it is so, for 10m or for TIME (--wait=2m).")
    private @Nullable Duration patience;

    @Option(
            names = "--members",
            paramLabel = "NUMBER",
            description =
                    "The number of members that there have to be. Behind one load balancer nothing else tells that"
                            + " one is away.")
    private int least;

    SafeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        long end = System.nanoTime() + (patience == null ? 0 : patience.toNanos());
        try (ClusterQuestions questions = new ClusterQuestions(context.members(), new Progress(context.streams()))) {
            return call(questions, end);
        }
    }

    private int call(ClusterQuestions questions, long end) {
        while (true) {
            List<String> objections = objections(questions, end);
            if (objections.isEmpty()) {
                context.tell("safe: one member may be restarted", JsonObject.of("safe", true, "reasons", List.of()));
                return SAFE;
            }
            if (isOver(end)) {
                context.tell(
                        "not safe: " + String.join("; ", objections),
                        JsonObject.of("safe", false, "reasons", List.copyOf(objections)));
                return Kind.REFUSED.exitCode();
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }

    private static boolean isOver(long end) {
        return System.nanoTime() - end >= 0;
    }

    /** A member that restarts may be the one that is asked, so that is no reason to end before the time. */
    private List<String> objections(ClusterQuestions questions, long end) {
        try {
            return RestartRule.objections(questions.ask(), least).stream()
                    .map(Printable::of)
                    .toList();
        } catch (Failure failure) {
            if (failure.kind() == Kind.UNREACHABLE && !isOver(end)) {
                return List.of(failure.line());
            }
            throw failure;
        }
    }
}
