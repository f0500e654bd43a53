package io.discovery.cluster.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.internal.server.ServerConnection;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnknownConnectionsTest {

    private final AtomicLong now = new AtomicLong();
    private final Set<UUID> members = new HashSet<>();
    private final UnknownConnections strangers = new UnknownConnections(now::get);

    @Test
    void whoSaysNothingIsEndedInTime() {
        AtomicBoolean silent = accept(null);

        now.addAndGet(UnknownConnections.HANDSHAKE_PATIENCE.toNanos());
        strangers.look();
        assertThat(silent).isTrue();

        now.addAndGet(1);
        strangers.look();
        assertThat(silent).isFalse();
        assertThat(strangers.count()).isZero();
        assertThat(strangers.refused()).isEqualTo(1);
    }

    @Test
    void whoHasShakenHandsIsGivenTimeToJoin() {
        AtomicBoolean alive = new AtomicBoolean(true);
        ServerConnection connection = connection(UUID.randomUUID(), alive);
        strangers.accepted(connection, members::contains);
        strangers.handshakeOf(connection);

        now.addAndGet(UnknownConnections.JOIN_PATIENCE.toNanos());
        strangers.look();
        assertThat(alive).isTrue();

        now.addAndGet(1);
        strangers.look();
        assertThat(alive).isFalse();
    }

    @Test
    void aMembersConnectionStays() {
        UUID peer = UUID.randomUUID();
        members.add(peer);
        AtomicBoolean alive = accept(peer);

        now.addAndGet(10 * UnknownConnections.JOIN_PATIENCE.toNanos());
        strangers.look();

        assertThat(alive).isTrue();
        assertThat(strangers.count()).isZero();
    }

    @Test
    void ofTooManyTheOldestIsEndedAndNoMembers() {
        UUID peer = UUID.randomUUID();
        AtomicBoolean joining = accept(peer);
        List<AtomicBoolean> silent = new ArrayList<>();
        for (int n = 0; n < UnknownConnections.MOST - 1; n++) {
            silent.add(accept(null));
        }
        members.add(peer);
        silent.add(accept(null));
        assertThat(joining).isTrue();
        assertThat(silent).allMatch(AtomicBoolean::get);

        silent.add(accept(null));

        assertThat(joining).isTrue();
        assertThat(silent.get(0)).isFalse();
        assertThat(silent.subList(1, silent.size())).allMatch(AtomicBoolean::get);
        assertThat(strangers.count()).isEqualTo(UnknownConnections.MOST);
    }

    private AtomicBoolean accept(@Nullable UUID peer) {
        AtomicBoolean alive = new AtomicBoolean(true);
        strangers.accepted(connection(peer, alive), members::contains);
        return alive;
    }

    /** One without a network, of which only what is asked here has an answer. */
    private static ServerConnection connection(@Nullable UUID peer, AtomicBoolean alive) {
        return (ServerConnection) Proxy.newProxyInstance(
                UnknownConnectionsTest.class.getClassLoader(),
                new Class<?>[] {ServerConnection.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "isAlive" -> alive.get();
                    case "getRemoteUuid" -> peer;
                    case "getRemoteSocketAddress" -> null;
                    case "close" -> {
                        alive.set(false);
                        yield null;
                    }
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }
}
