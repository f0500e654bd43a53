package io.discovery.cluster.tls;

import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.networking.OutboundHandler;
import io.discovery.tls.HandshakeTasks;
import io.discovery.tls.MutualTls;
import io.discovery.tls.TlsReload;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a member's connections with its peers. While a cluster changes over, a member takes connections with TLS and
 * without; it opens them with TLS, and where a peer does not speak it, the next one without. Thread-safe.
 */
public final class MemberTls {

    /** Number of peers without TLS that are remembered; more than a cluster has. */
    private static final int MOST_PLAIN = 1_000;

    private final TlsReload<MutualTls> reload;
    private final boolean alsoPlain;
    private final HandshakeTasks tasks = new HandshakeTasks("discovery-members-tls");
    /** Peers with which TLS failed: the next connection to each is plain. */
    private final Set<SocketAddress> plainNext = ConcurrentHashMap.newKeySet();

    /** The handlers of a connection: the decoder before all others, the encoder behind all others. */
    public record Handlers(
            InboundHandler<ByteBuffer, ByteBuffer> decoder, OutboundHandler<ByteBuffer, ByteBuffer> encoder) {}

    /** @param alsoPlain whether connections without TLS are allowed */
    public MemberTls(TlsReload<MutualTls> reload, boolean alsoPlain) {
        this.reload = reload;
        this.alsoPlain = alsoPlain;
    }

    /** Returns the handlers of a connection that this member opens; null if it is to be plain. */
    public @Nullable Handlers dial(Channel channel, Consumer<String> refuse) {
        SocketAddress peer = channel.remoteSocketAddress();
        if (alsoPlain && plainNext.remove(peer)) {
            return null;
        }
        TlsChannel tls = begin(reload.current(), MutualTls::dial, channel, refuse);
        if (alsoPlain) {
            channel.addCloseListener(closed -> {
                if (!tls.isOpen() && plainNext.size() < MOST_PLAIN) {
                    plainNext.add(peer);
                }
            });
        }
        return new Handlers(new TlsDecoder(tls), new TlsEncoder(tls));
    }

    /** Returns the handlers of a connection that a peer has opened. */
    public Handlers accept(Channel channel, Consumer<String> refuse) {
        if (alsoPlain) {
            FirstByte first = new FirstByte(() -> begin(reload.current(), MutualTls::accept, channel, refuse));
            return new Handlers(first.decoder(), first.encoder());
        }
        TlsChannel tls = begin(reload.current(), MutualTls::accept, channel, refuse);
        return new Handlers(new TlsDecoder(tls), new TlsEncoder(tls));
    }

    private TlsChannel begin(
            MutualTls tls, Function<MutualTls, SSLEngine> side, Channel channel, Consumer<String> refuse) {
        try {
            return new TlsChannel(tls, side.apply(tls), channel, tasks, refuse);
        } catch (SSLException unsupported) {
            throw new IllegalStateException("this Java has no TLS 1.3", unsupported);
        }
    }

    /** Reads the files again if they have changed; to be called about once a second. */
    public void look() {
        reload.look();
    }

    /** Returns the time in seconds as {@link TlsReload#secondsLeft} counts it; empty for never. */
    public OptionalLong secondsLeft() {
        return reload.secondsLeft();
    }

    /** Returns whether the files have changed into some that cannot be used. */
    public boolean isBroken() {
        return reload.isBroken();
    }
}
