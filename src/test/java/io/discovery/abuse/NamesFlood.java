package io.discovery.abuse;

import io.discovery.testing.TestClient;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients that register hosts, each of a service of its own, a thousand in a request, as fast as they are answered. */
final class NamesFlood {

    private static final int CLIENTS = 2;
    private static final int AT_ONCE = 1_000;
    private static final Pattern STATUS = Pattern.compile("\"status\": ([0-9]{3})");

    private NamesFlood() {}

    /** The numbers of answers to hosts, by status. */
    record Answers(Map<Integer, Long> byStatus) {}

    static String name(int number) {
        return "flood-" + number;
    }

    /** Sends hosts, each once, and returns the answers. */
    static Answers send(int port, int names) {
        AtomicInteger next = new AtomicInteger();
        Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
        CompletableFuture<?>[] clients = IntStream.range(0, CLIENTS)
                .mapToObj(n -> CompletableFuture.runAsync(
                        () -> send(new TestClient(port), next, names, answers),
                        task -> new Thread(task, "names-" + n).start()))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(clients).join();
        return new Answers(answers.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().sum())));
    }

    private static void send(TestClient client, AtomicInteger next, int names, Map<Integer, LongAdder> answers) {
        for (int from = next.getAndAdd(AT_ONCE); from < names; from = next.getAndAdd(AT_ONCE)) {
            String hosts = IntStream.range(from, Math.min(names, from + AT_ONCE))
                    .mapToObj(NamesFlood::host)
                    .collect(Collectors.joining(",", "[", "]"));
            STATUS.matcher(client.post("/v1/registrations", "application/json", hosts)
                            .body())
                    .results()
                    .forEach(
                            found -> answers.computeIfAbsent(Integer.parseInt(found.group(1)), first -> new LongAdder())
                                    .increment());
        }
    }

    private static String host(int number) {
        return "{\"service\": \"%s\", \"ip\": \"10.%d.%d.%d\", \"port\": 80, \"revision\": \"1\", \"tags\": %s}"
                .formatted(name(number), number >> 16 & 255, number >> 8 & 255, number & 255, TestClient.TAGS);
    }
}
