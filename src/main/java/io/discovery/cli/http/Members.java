package io.discovery.cli.http;

import io.discovery.cli.text.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The members that the user names. One is asked; when it is gone or cannot answer yet, the next is, and stays the one
 * that is asked. All requests may be repeated: a member that did one and gave no answer does no harm. Thread-safe.
 */
public final class Members {

    static final int STILL_LOADING = 503;
    private static final int TOO_MUCH = 429;
    /** A member with a limit of one write a second wants that a client pays for 1,000 by so many seconds. */
    private static final long LONGEST_PAUSE = 3_600;
    /** The pauses for one request that take none of its time: a limit that several share may be used up again and again. */
    private static final int MOST_PAUSES = 20;

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
     * @return an answer with any status but those with which a member, or a proxy before it, sends clients elsewhere; one
     *     of {@link Call#elsewhere} if no member has a better one
     * @throws Failure if there is none
     */
    public Answer ask(Call call) {
        return ask(call, Patience.NONE);
    }

    /** Asks for a path, and requires that the answer is a good one. */
    public Answer get(String path) {
        return ask(Call.get(path)).require();
    }

    /**
     * The time for which a request is made again and again.
     *
     * @param time without the pauses that members want; zero for one attempt
     * @param paused hears of each pause, in seconds
     */
    public record Patience(Duration time, LongConsumer paused) {
        private static final Patience NONE = new Patience(Duration.ZERO, seconds -> {});
    }

    /** Asks as {@link #ask(Call)} does, again and again until the time is over. A member that wants a pause gets it. */
    public Answer ask(Call call, Patience patience) {
        long end = System.nanoTime() + patience.time().toNanos();
        int pauses = 0;
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
            if (answer == null) {
                pause(1);
            } else {
                long nanos = pauseAsWanted(answer, patience);
                pauses++;
                end += pauses <= MOST_PAUSES ? nanos : 0;
            }
        }
    }

    /** Returns the length of the pause, in nanoseconds. */
    private static long pauseAsWanted(Answer answer, Patience patience) {
        answer.close();
        long seconds = seconds(answer.retryAfter());
        patience.paused().accept(seconds);
        pause(seconds);
        return Duration.ofSeconds(seconds).toNanos();
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

    /** Returns whether a member was silent for all of the time that it had. */
    public static boolean isSilence(IOException failure) {
        return failure instanceof HttpTimeoutException;
    }

    /** Opens streams of events at these members. */
    public EventSource events(Call call) {
        return new EventSource(endpoints, requests, call);
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
            Answer absent = null;
            for (int i = 0; i < endpoints.size(); i++) {
                int n = (first + i) % endpoints.size();
                Answer answer = from(endpoints.get(n));
                if (answer == null) {
                    continue;
                }
                if (absent != null) {
                    absent.close();
                }
                absent = answer;
                if (!call.elsewhere().contains(answer.status())) {
                    current = n;
                    return answer;
                }
            }
            return absent;
        }

        private @Nullable Answer from(Endpoint endpoint) {
            try {
                Answer answer = requests.send(endpoint, call);
                if (!isElsewhere(answer.status())) {
                    return new Answer(endpoint, answer.status(), answer.retryAfter(), answer.body(), repeated);
                }
                reasons.add(endpoint + " (" + answer.status() + ": " + answer.said() + ")");
                repeated |= answer.mayHaveDoneIt();
                answer.close();
            } catch (IOException failed) {
                reasons.add(endpoint + " (" + Reason.of(failed) + ")");
                repeated |= !(failed instanceof ConnectException || failed instanceof HttpConnectTimeoutException);
            }
            return null;
        }
    }
}
