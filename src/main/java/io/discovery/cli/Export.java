package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Members;
import io.discovery.cli.http.Members.Patience;
import io.discovery.cli.text.JsonText;
import io.discovery.cli.text.Output;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of many services, read a service at a time: some lists are on their way while the one before is written.
 * Confined to the main thread but for the requests.
 */
final class Export implements AutoCloseable {

    /** A member may restart while an export of minutes goes on. */
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(60), seconds -> {});

    private final Members members;
    private final int parallel;
    private final Progress progress;
    private final ExecutorService threads;
    private final Deque<Future<Answer>> onTheWay = new ArrayDeque<>();
    private long hosts;
    private long services;

    /** @param parallel the number of lists on their way at a time */
    Export(Members members, int parallel, Progress progress) {
        this.members = members;
        this.parallel = parallel;
        this.progress = progress;
        this.threads = Executors.newFixedThreadPool(parallel, task -> {
            Thread thread = new Thread(task, "export");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Writes the hosts of all services, and returns their number. */
    long all(Output out) {
        try (Answer names = members.ask(Call.get("/v1/services"), PATIENCE).require()) {
            names.elements("services", service -> next(service.text("service"), out));
        }
        return rest(out);
    }

    /** Writes the hosts of these services, and returns their number. */
    long these(List<ServiceName> names, Output out) {
        names.forEach(name -> next(name.text(), out));
        return rest(out);
    }

    private void next(String service, Output out) {
        onTheWay.add(threads.submit(() -> members.ask(Call.get(ApiPath.of("/v1/registration", service)), PATIENCE)));
        if (onTheWay.size() > parallel) {
            write(onTheWay.remove(), out);
        }
    }

    private long rest(Output out) {
        while (!onTheWay.isEmpty()) {
            write(onTheWay.remove(), out);
        }
        return hosts;
    }

    private void write(Future<Answer> list, Output out) {
        try (Answer answer = taken(list).require()) {
            answer.elements("hosts", host -> {
                out.line(JsonText.write(host));
                hosts++;
            });
            services++;
            progress.show(() -> "exported " + hosts + " hosts of " + services + " services");
        }
    }

    private static Answer taken(Future<Answer> list) {
        try {
            return list.get();
        } catch (ExecutionException failed) {
            @Nullable Throwable cause = failed.getCause();
            throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
