package io.discovery.testing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The program of {@link GrpcCaller#java}. It knows of the registry only the bootstrap file of gRPC. */
final class GrpcJavaCalls {

    private static final int DEADLINE_SECONDS = 10;

    private final Map<String, Channel> channels = new HashMap<>();

    private GrpcJavaCalls() {}

    public static void main(String[] arguments) throws IOException {
        GrpcJavaCalls calls = new GrpcJavaCalls();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            String[] question = line.split(" ", -1);
            System.out.println(calls.answers(question[0], Integer.parseInt(question[1])));
        }
        // Channels are left open, and their threads would go on.
        System.exit(0);
    }

    private String answers(String service, int calls) {
        Channel channel = channels.computeIfAbsent(service, GrpcJavaCalls::open);
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            answers.merge(answer(channel), 1, Integer::sum);
        }
        return answers.entrySet().stream()
                .map(answer -> answer.getKey() + " " + answer.getValue())
                .collect(Collectors.joining(","));
    }

    private static Channel open(String service) {
        return Grpc.newChannelBuilder("xds:///" + service, InsecureChannelCredentials.create())
                .build();
    }

    private static String answer(Channel channel) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
        try {
            return ClientCalls.blockingUnaryCall(channel, WhoAnswers.METHOD, options, "");
        } catch (StatusRuntimeException failed) {
            System.err.println(failed.getMessage());
            return failed.getStatus().getCode().name();
        }
    }
}
