package io.discovery.soak;

import io.discovery.soak.Growth.Point;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The samples of all members, in a table that grows with them, and in a picture. */
final class SampleLog implements AutoCloseable {

    private final TestCluster cluster;
    private final List<Sample> samples = new ArrayList<>();
    private final long start = System.nanoTime();
    private final PrintWriter table;

    SampleLog(TestCluster cluster, Path file) throws IOException {
        this.cluster = cluster;
        this.table = new PrintWriter(Files.newBufferedWriter(file), true);
        table.println(Sample.HEADER);
    }

    /** Takes a sample of each member. */
    void take(boolean collects) {
        for (int n = 0; n < cluster.size(); n++) {
            double seconds = (System.nanoTime() - start) / 1e9;
            Sample sample = Sample.of(seconds, n, cluster.member(n), collects);
            samples.add(sample);
            table.println(sample.row());
        }
        if (collects) {
            print();
        }
    }

    private void print() {
        List<Sample> last = samples.subList(samples.size() - cluster.size(), samples.size());
        StringBuilder line =
                new StringBuilder("soak: %4.0f s".formatted(last.get(0).seconds()));
        for (Sample sample : last) {
            line.append("; heap %.1f MB, resident %.0f MB, %d files, %d threads, %d known, %d streams"
                    .formatted(
                            sample.heapMegabytes(),
                            sample.residentMegabytes(),
                            sample.usage().files(),
                            sample.usage().threads(),
                            sample.registrations(),
                            sample.streams()));
        }
        System.out.println(line);
    }

    /** Returns the memory, threads and files of each member now. */
    List<MemberUsage> usage() {
        return IntStream.range(0, cluster.size())
                .mapToObj(n -> MemberUsage.of(cluster.member(n)))
                .toList();
    }

    /** Returns the growth of a member's heap after collections. */
    Growth heapGrowth(int member) {
        return Growth.of(line(member, Sample::heapMegabytes, true));
    }

    /** Returns the growth of a member's resident memory. */
    Growth residentGrowth(int member) {
        return Growth.of(line(member, Sample::residentMegabytes, false));
    }

    String picture() {
        return LineChart.picture(List.of(
                chart("Heap after a collection, MB", Sample::heapMegabytes, true),
                chart("Resident, MB", Sample::residentMegabytes, false),
                chart("Registrations known", Sample::registrations, false),
                chart("Watchers, polls, xDS streams", Sample::streams, false),
                chart("Open files", sample -> sample.usage().files(), false),
                chart("Threads", sample -> sample.usage().threads(), false)));
    }

    private LineChart chart(String what, ToDoubleFunction<Sample> value, boolean collected) {
        return new LineChart(
                what,
                IntStream.range(0, cluster.size())
                        .mapToObj(n -> line(n, value, collected))
                        .toList());
    }

    private List<Point> line(int member, ToDoubleFunction<Sample> value, boolean collected) {
        return samples.stream()
                .filter(sample -> sample.member() == member)
                .filter(sample -> !collected || sample.heap().isPresent())
                .map(sample -> new Point(sample.seconds(), value.applyAsDouble(sample)))
                .toList();
    }

    @Override
    public void close() {
        table.close();
    }
}
