package io.discovery.watchers;

import io.discovery.testing.TestClient;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A watcher that asks with the index of the list that it has, and waits for another; each time at any member. */
final class LongPollWatcher implements Watcher {

    private final Members members;
    private final Holdings holdings;
    private final String service;
    private final IntSupplier numbers;
    private final Map<String, TestClient> clients = new HashMap<>();
    private @Nullable String index;

    LongPollWatcher(Members members, Holdings holdings, String service, IntSupplier numbers) {
        this.members = members;
        this.holdings = holdings;
        this.service = service;
        this.numbers = numbers;
    }

    @Override
    public void visit(int member) {
        TestClient client =
                clients.computeIfAbsent(members.address(member), address -> new TestClient(address, members.port()));
        holdings.open(member, numbers.getAsInt());
        if (index != null) {
            holdings.inStepSoon();
        }
        try {
            String known = index == null ? "" : "?wait=3s&index=" + index;
            HttpResponse<String> answer = client.get("/v1/registration/" + service + known);
            if (answer.statusCode() == 200) {
                holdings.receive(service, SeenHosts.ofList(answer.body()));
                index = answer.headers().firstValue("X-Discovery-Index").orElseThrow();
            }
        } finally {
            holdings.leave();
        }
    }

    /** Returns true: between two polls it holds what it has, and no member has to tell it of changes. */
    @Override
    public boolean isInStep() {
        return true;
    }
}
