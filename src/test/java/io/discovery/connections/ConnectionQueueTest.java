package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import org.junit.jupiter.api.Test;

class ConnectionQueueTest {

    private final Connections connections = new Connections(1, 1, 1, new HeapReserve(Long.MAX_VALUE));
    private final ConnectionQueue line = new ConnectionQueue();
    private final Connection one = new Connection(connections);
    private final Connection two = new Connection(connections);
    private final Connection three = new Connection(connections);
    private final ConnectionQueue.Place first = new ConnectionQueue.Place(one);
    private final ConnectionQueue.Place second = new ConnectionQueue.Place(two);
    private final ConnectionQueue.Place third = new ConnectionQueue.Place(three);

    @Test
    void theOrderIsThatOfComing() {
        joinAll();

        assertThat(line).containsExactly(one, two, three);
    }

    @Test
    void whoComesAgainIsLast() {
        joinAll();

        first.join(line);
        assertThat(line).containsExactly(two, three, one);
        third.join(line);
        assertThat(line).containsExactly(two, one, three);
        third.join(line);
        assertThat(line).containsExactly(two, one, three);
    }

    @Test
    void whoLeavesIsMissedNowhere() {
        joinAll();

        second.leave();
        assertThat(line).containsExactly(one, three);
        third.leave();
        third.leave();
        assertThat(line).containsExactly(one);
        first.leave();
        assertThat(line).isEmpty();
        second.join(line);
        assertThat(line).containsExactly(two);
    }

    @Test
    void whoJoinsOneLineHasLeftTheOther() {
        joinAll();
        ConnectionQueue other = new ConnectionQueue();

        second.join(other);
        first.join(other);

        assertThat(line).containsExactly(three);
        assertThat(other).containsExactly(two, one);
    }

    private void joinAll() {
        first.join(line);
        second.join(line);
        third.join(line);
    }
}
