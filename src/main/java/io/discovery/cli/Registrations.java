package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Members;
import io.discovery.cli.http.Members.Patience;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonNumber;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The registration of the hosts of an import. */
final class Registrations implements ImportTarget {

    private static final String PATH = "/v1/registrations";
    /** A member may restart while an import of minutes goes on. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int ATTEMPTS = 5;
    private static final int DONE = 200;
    private static final int REFUSED = 400;
    private static final int TRY_AGAIN = 503;

    private final Context context;
    private final Members members;
    private final Patience patience;
    private long registered;

    Registrations(Context context, Progress progress) {
        this.context = context;
        this.members = context.members();
        this.patience = new Patience(
                PATIENCE, seconds -> progress.showNow("waiting for " + seconds + " s, as the limit for writes wants"));
    }

    /** Registers the hosts; those whose outcome a member does not know in time are sent again. */
    @Override
    public void take(List<HostLine> batch, Refusals refusals) {
        List<HostLine> left = send(batch, true, refusals);
        for (int attempt = 2; !left.isEmpty(); attempt++) {
            LockSupport.parkNanos(PAUSE.toNanos());
            left = send(left, attempt < ATTEMPTS, refusals);
        }
    }

    private List<HostLine> send(List<HostLine> batch, boolean mayRepeat, Refusals refusals) {
        List<JsonObject> all = batch.stream().map(HostLine::registration).toList();
        try (Answer answer = members.ask(Call.postJson(PATH, JsonText.write(all)), patience)) {
            // A member says why; a server that is none would refuse each half too.
            boolean isRefused = answer.status() == REFUSED && !answer.said().isEmpty();
            if (!isRefused) {
                return left(answer.require(), batch, mayRepeat, refusals);
            }
            if (batch.size() == 1) {
                refusals.add(batch.get(0).name(), answer.said());
                return List.of();
            }
        }
        return sendHalves(batch, mayRepeat, refusals);
    }

    /** Counts the outcomes of hosts, and returns those that are to be sent again. */
    private List<HostLine> left(Answer answer, List<HostLine> batch, boolean mayRepeat, Refusals refusals) {
        List<HostLine> again = new ArrayList<>();
        List<JsonObject> results = answer.object().objects("results");
        if (results.size() != batch.size()) {
            throw Failure.refused(answer.from() + " has told of " + results.size() + " hosts, expected " + batch.size()
                    + ": check the endpoint");
        }
        for (int i = 0; i < batch.size(); i++) {
            long status = results.get(i).number("status", 0);
            if (status == DONE) {
                registered++;
            } else if (status == TRY_AGAIN && mayRepeat) {
                again.add(batch.get(i));
            } else {
                refusals.add(batch.get(i).name(), results.get(i).text("error"));
            }
        }
        return again;
    }

    /** Sends hosts anew that a member refused together: one with tags that are nested too deeply is enough for that. */
    private List<HostLine> sendHalves(List<HostLine> batch, boolean mayRepeat, Refusals refusals) {
        int middle = batch.size() / 2;
        List<HostLine> again = new ArrayList<>(send(batch.subList(0, middle), mayRepeat, refusals));
        again.addAll(send(batch.subList(middle, batch.size()), mayRepeat, refusals));
        return again;
    }

    @Override
    public void end() {
        context.tell("registered " + registered + " hosts", JsonObject.of("registered", JsonNumber.of(registered)));
    }

    @Override
    public void close() {
        // Each answer is closed when it has been read.
    }
}
