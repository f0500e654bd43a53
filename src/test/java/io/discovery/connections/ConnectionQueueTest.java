package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import org.junit.jupiter.api.Test;

class ConnectionQueueTest {

    private final Connections connections = new Connections(1, 1, 1, new HeapReserve(Long.MAX_VALUE), null);
    private final ConnectionQueue queue = new ConnectionQueue();
    private final Connection one = new Connection(connections);
    private final Connection two = new Connection(connections);
    private final Connection three = new Connection(connections);
    private final ConnectionQueue.Node first = new ConnectionQueue.Node(one);
    private final ConnectionQueue.Node second = new ConnectionQueue.Node(two);
    private final ConnectionQueue.Node third = new ConnectionQueue.Node(three);

    @Test
    void theOrderIsThatOfComing() {
        joinAll();

        assertThat(queue).containsExactly(one, two, three);
    }

    @Test
    void whoComesAgainIsLast() {
        joinAll();

        first.join(queue);
        assertThat(queue).containsExactly(two, three, one);
        third.join(queue);
        assertThat(queue).containsExactly(two, one, three);
        third.join(queue);
        assertThat(queue).containsExactly(two, one, three);
    }

    @Test
    void whoLeavesIsMissedNowhere() {
        joinAll();

        second.leave();
        assertThat(queue).containsExactly(one, three);
        third.leave();
        third.leave();
        assertThat(queue).containsExactly(one);
        first.leave();
        assertThat(queue).isEmpty();
        second.join(queue);
        assertThat(queue).containsExactly(two);
    }

    @Test
    void whoJoinsOneLineHasLeftTheOther() {
        joinAll();
        ConnectionQueue other = new ConnectionQueue();

        second.join(other);
        first.join(other);

        assertThat(queue).containsExactly(three);
        assertThat(other).containsExactly(two, one);
    }

    private void joinAll() {
        first.join(queue);
        second.join(queue);
        third.join(queue);
    }
}
