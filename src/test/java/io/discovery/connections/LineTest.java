package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import org.junit.jupiter.api.Test;

class LineTest {

    private final Connections connections = new Connections(1, 1, 1, new HeapReserve(Long.MAX_VALUE));
    private final Line line = new Line();
    private final Connection one = new Connection(connections);
    private final Connection two = new Connection(connections);
    private final Connection three = new Connection(connections);
    private final Line.Place first = new Line.Place(one);
    private final Line.Place second = new Line.Place(two);
    private final Line.Place third = new Line.Place(three);

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
        Line other = new Line();

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
