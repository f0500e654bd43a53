package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Endpoint;
import io.discovery.cli.http.Members;
import io.discovery.cli.text.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Questions to all endpoints at the same time: a member that stands still takes no more time than its own. Confined to
 * one thread but for the requests.
 */
final class ClusterQuestions implements AutoCloseable {

    private static final long LOOK_MILLIS = 250;

    private final Members members;
    private final Progress progress;
    private final ExecutorService threads;
    /** The endpoints that gave no answer in all of the time that one has, and why. */
    private final Map<Endpoint, String> silent = new HashMap<>();

    /** @param progress shows which endpoints are awaited */
    ClusterQuestions(Members members, Progress progress) {
        this.members = members;
        this.progress = progress;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "question");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Asks each endpoint by itself. One that refuses gives no view, as one that is away.
     *
     * @throws Failure if none gives a view; the first refusal, if there is one
     */
    ClusterViews ask() {
        silent.clear();
        return askAgain();
    }

    /** Asks as {@link #ask} does, but no endpoint a second time that was silent for all of its time. */
    ClusterViews askAgain() {
        Map<Endpoint, Future<ClusterReport>> asked = new LinkedHashMap<>();
        for (Endpoint endpoint : members.endpoints()) {
            if (!silent.containsKey(endpoint)) {
                asked.put(endpoint, threads.submit(() -> report(endpoint)));
            }
        }
        List<ClusterReport> views = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<Failure> refusals = new ArrayList<>();
        for (Endpoint endpoint : members.endpoints()) {
            try {
                Future<ClusterReport> report = asked.get(endpoint);
                if (report != null) {
                    views.add(taken(report, asked));
                }
            } catch (IOException failed) {
                note(endpoint, failed, missing);
            } catch (Failure refused) {
                refusals.add(refused);
                // The line begins with the endpoint.
                missing.add(endpoint + " (" + refused.line().replace(endpoint + " ", "") + ")");
            }
            missing.addAll(known(endpoint));
        }
        progress.end();
        if (views.isEmpty() && !refusals.isEmpty()) {
            throw refusals.get(0);
        }
        if (views.isEmpty()) {
            throw Failure.unreachable("no member answers: " + String.join("; ", missing)
                    + ". Name others by --endpoint or DISCOVERY_ENDPOINTS, or start one");
        }
        return new ClusterViews(views, missing);
    }

    private ClusterReport report(Endpoint endpoint) throws IOException {
        try (Answer answer = members.askOne(endpoint, Call.get(MemberReport.PATH))) {
            return ClusterReport.read(answer);
        }
    }

    private void note(Endpoint endpoint, IOException failed, List<String> missing) {
        String line = endpoint + " (" + Members.reason(failed) + ")";
        if (Members.isSilence(failed)) {
            silent.put(endpoint, line);
        } else {
            missing.add(line);
        }
    }

    private List<String> known(Endpoint endpoint) {
        String line = silent.get(endpoint);
        return line == null ? List.of() : List.of(line);
    }

    private ClusterReport taken(Future<ClusterReport> report, Map<Endpoint, Future<ClusterReport>> all)
            throws IOException {
        while (true) {
            try {
                return report.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException slow) {
                progress.show(() -> "waiting for " + awaited(all));
            } catch (ExecutionException failed) {
                @Nullable Throwable cause = failed.getCause();
                if (cause instanceof IOException noAnswer) {
                    throw noAnswer;
                }
                throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
        }
    }

    private static String awaited(Map<Endpoint, Future<ClusterReport>> all) {
        return all.entrySet().stream()
                .filter(each -> !each.getValue().isDone())
                .map(each -> each.getKey().toString())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        progress.end();
        threads.shutdownNow();
    }
}
