package io.discovery.bench;

import io.discovery.testing.MemberProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One of the compared sides with the results of its runs.
 *
 * @param run one run
 */
record Side(Supplier<Wrk.Result> run, List<Wrk.Result> results) {

    static Side of(Supplier<Wrk.Result> run) {
        return new Side(run, new ArrayList<>());
    }

    /** Creates a side of reads of, or writes to, a URL. */
    static Side of(String url, Duration time, String... options) {
        return of(() -> Wrk.run(url, time, List.of(options)));
    }

    /**
     * Returns this side with the processor time of its members, which differs less than the rate on a machine that others use
     * too.
     */
    Side withProcessorTimeOf(List<MemberProcess> members) {
        return of(() -> {
            Duration before = processorTime(members);
            Wrk.Result result = run.get();
            return result.withProcessorTime(processorTime(members).minus(before), Bench.A_RUN);
        });
    }

    private static Duration processorTime(List<MemberProcess> members) {
        return members.stream()
                .map(member -> ProcessHandle.of(member.pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow(() -> new AssertionError("no processor time of member " + member.pid())))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * The sides take turns, so that whatever else the machine does hits them alike; the first run of each does not
     * count.
     */
    static void takeTurns(int rounds, Side... sides) {
        for (int round = 0; round <= rounds; round++) {
            for (Side side : sides) {
                Wrk.Result result = side.run().get();
                if (round > 0) {
                    side.results().add(result);
                }
            }
        }
    }

    double rate() {
        return median(results.stream().map(Wrk.Result::rate).toList());
    }

    double p99Micros() {
        return median(results.stream().map(Wrk.Result::p99Micros).toList());
    }

    /** The processor time for an answer, of a side that {@link #withProcessorTimeOf} measures. */
    double processorMicros() {
        return median(results.stream().map(Wrk.Result::processorMicros).toList());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
