package io.discovery.bench;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An {@link EngineProgram}, or several in one cluster, each in a process of its own. */
record Engines(List<Engine> all) implements AutoCloseable {

    Engines {
        all = List.copyOf(all);
    }

    /**
     * Starts so many, with {@link Wrk#CONNECTIONS} heartbeats under way in all, and waits until they are one cluster.
     */
    static Engines start(int count) throws IOException {
        List<Integer> ports = Ports.free(count);
        String peers = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        List<Engine> all = new ArrayList<>();
        Engines engines = null;
        try {
            for (int port : ports) {
                Map<String, String> cluster = count == 1
                        ? Map.of()
                        : Map.of(
                                "CLUSTER_MEMBERS",
                                peers,
                                "CLUSTER_HOST",
                                "127.0.0.1",
                                "CLUSTER_PORT",
                                Integer.toString(port));
                all.add(Engine.launch(cluster, count));
            }
            engines = new Engines(all);
            all.forEach(Engine::answer);
            return engines;
        } finally {
            if (engines == null) {
                all.forEach(Engine::end);
            }
        }
    }

    /** Runs heartbeats of all engines together, as fast as they can. */
    Wrk.Result run(Duration time) {
        all.forEach(engine -> engine.begin(time));
        return Wrk.together(all.stream().map(Engine::result).toList());
    }

    @Override
    public void close() {
        all.forEach(Engine::end);
    }

    private record Engine(ExternalProcess process) {

        static Engine launch(Map<String, String> cluster, int members) throws IOException {
            var environment = new HashMap<>(Map.of("BACKEND_STORAGE", "InMemory"));
            environment.putAll(cluster);
            return new Engine(JavaProgram.of(
                            EngineProgram.class,
                            environment,
                            List.of(Integer.toString(members), Integer.toString(Wrk.CONNECTIONS / members)))
                    .startPiped("the engine"));
        }

        void begin(Duration time) {
            try {
                process.input().write(time.toSeconds() + "\n");
                process.input().flush();
            } catch (IOException ended) {
                throw new UncheckedIOException(ended);
            }
        }

        Wrk.Result result() {
            String[] numbers = answer().split(" ", -1);
            return new Wrk.Result(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
        }

        /** Waits for it; what is not one is the log. */
        String answer() {
            return process.output()
                    .lines()
                    .filter(line -> line.startsWith(EngineProgram.ANSWER))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the engine has ended: " + process.log()))
                    .substring(EngineProgram.ANSWER.length());
        }

        void end() {
            process.close();
        }
    }
}
