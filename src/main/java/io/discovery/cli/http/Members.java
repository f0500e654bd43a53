package io.discovery.cli.http;

import io.discovery.cli.text.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The members that the user names. One is asked; when it is gone or cannot answer yet, the next is, and stays the one
 * that is asked. All requests may be repeated: a member that did one and gave no answer does no harm. Thread-safe.
 */
public final class Members {

    private static final int STILL_LOADING = 503;
    private static final int TOO_MUCH = 429;
    private static final long LONGEST_PAUSE = 15;

    private final List<Endpoint> endpoints;
    private final Requests requests;
    private volatile int current;

    /**
     * @param endpoints at least one
     * @param patience the time in which some of an answer has to come
     */
    public Members(List<Endpoint> endpoints, Credentials credentials, Duration patience) {
        this.endpoints = List.copyOf(endpoints);
        this.requests = new Requests(credentials, patience);
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /**
     * Asks the members in turn, each once.
     *
     * @return an answer with any status but those with which a member, or a proxy before it, sends clients elsewhere
     * @throws Failure if there is none
     */
    public Answer ask(Call call) {
        return ask(call, Duration.ZERO);
    }

    /** Asks for a path, and requires that the answer is a good one. */
    public Answer get(String path) {
        return ask(Call.get(path)).require();
    }

    /** Asks as {@link #ask(Call)} does, again and again until the time is over. */
    public Answer ask(Call call, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        boolean repeated = false;
        while (true) {
            Round round = new Round(call, repeated);
            Answer answer = round.answer();
            boolean over = System.nanoTime() - end >= 0;
            if (answer != null && (over || answer.status() != TOO_MUCH)) {
                return answer;
            }
            if (answer == null && over) {
                throw Failure.unreachable("no member answers: " + String.join("; ", round.reasons)
                        + ". Name others by --endpoint or DISCOVERY_ENDPOINTS, or start one");
            }
            repeated = round.repeated;
            pause(answer == null ? 1 : seconds(answer.retryAfter()));
        }
    }

    private static long seconds(String retryAfter) {
        return retryAfter.matches("[0-9]{1,6}") ? Math.max(1, Math.min(LONGEST_PAUSE, Long.parseLong(retryAfter))) : 1;
    }

    private static void pause(long seconds) {
        LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
    }

    /**
     * Asks one member alone.
     *
     * @throws IOException if it gives no answer, or one with which it sends clients elsewhere
     */
    public Answer askOne(Endpoint endpoint, Call call) throws IOException {
        Answer answer = requests.send(endpoint, call);
        if (isElsewhere(answer.status())) {
            try (answer) {
                throw new IOException(answer.status() + ": " + answer.said());
            }
        }
        return answer;
    }

    /** Returns why a member gave no answer, in words. */
    public static String reason(IOException failure) {
        return Reason.of(failure);
    }

    /** Opens streams of events at these members. */
    public EventSource events(String path) {
        return new EventSource(endpoints, requests, path);
    }

    static boolean isElsewhere(int status) {
        return status == STILL_LOADING || status == 502 || status == 504;
    }

    /** One turn of all members. */
    private final class Round {
        private final Call call;
        private final List<String> reasons = new ArrayList<>();
        private boolean repeated;

        Round(Call call, boolean repeated) {
            this.call = call;
            this.repeated = repeated;
        }

        @Nullable
        Answer answer() {
            int first = current;
            for (int i = 0; i < endpoints.size(); i++) {
                int n = (first + i) % endpoints.size();
                Answer answer = from(endpoints.get(n));
                if (answer != null) {
                    current = n;
                    return answer;
                }
            }
            return null;
        }

        private @Nullable Answer from(Endpoint endpoint) {
            try {
                Answer answer = requests.send(endpoint, call);
                if (!isElsewhere(answer.status())) {
                    return new Answer(endpoint, answer.status(), answer.retryAfter(), answer.body(), repeated);
                }
                reasons.add(endpoint + " (" + answer.status() + ": " + answer.said() + ")");
                answer.close();
                repeated = true;
            } catch (IOException failed) {
                reasons.add(endpoint + " (" + Reason.of(failed) + ")");
                repeated |= !(failed instanceof ConnectException || failed instanceof HttpConnectTimeoutException);
            }
            return null;
        }
    }
}
