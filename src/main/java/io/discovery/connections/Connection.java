package io.discovery.connections;

import io.discovery.tls.PeerNames;
import io.discovery.tls.TlsException;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of an HTTP client: its phase, the start of the phase, and its end. The connection sees bytes arrive;
 * HTTP tells it when a request's head is whole, when its body is, and when the response is written. Confined to its
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the promise reports to the caller; a failed close is a close
public final class Connection extends ChannelDuplexHandler implements SlowReader {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final Connections connections;
    private final SlicedWriteHandler writes;
    private final UnreadStreams streams;
    private final PendingHeads heads;
    private final ReadingProgress reading = new ReadingProgress();
    private final RequestWaits waits;
    private final ConnectionQueue.Node node = new ConnectionQueue.Node(this);

    private @Nullable ChannelHandlerContext context;
    private @Nullable ConnectionReaper reaper;
    private Phase phase = Phase.SILENT;
    private long since;
    private long reads;
    private int bodies;
    private int answersDue;
    /** The open streams of a client that speaks HTTP/2; null before the protocol is known, and without it. */
    private OpenStreams.@Nullable OfConnection openStreams;

    private boolean isEnded;
    private boolean isLast;
    private boolean isEncrypted;
    private boolean isLeaving;
    /** The TLS in whose handshake this connection is; null before and after, and without TLS. */
    private @Nullable ClientTls handshake;

    Connection(Connections connections) {
        this.connections = connections;
        this.writes = new SlicedWriteHandler(this, connections.unread());
        this.streams = new UnreadStreams(connections);
        this.heads = new PendingHeads(connections.heads(), this::headsRead);
        this.waits = new RequestWaits(connections);
    }

    /** Returns the connection below one that Vert.x serves. */
    public static Connection of(HttpConnection http) {
        return Objects.requireNonNull(
                ((HttpServerConnection) http).channelHandlerContext().pipeline().get(Connection.class),
                "a connection of a server without Connections.transport()");
    }

    SlicedWriteHandler writes() {
        return writes;
    }

    PendingHeads heads() {
        return heads;
    }

    /** Records that the head of a request is whole. */
    public Exchange requestBegan() {
        countStreams();
        heads.begun();
        boolean isOneTooMany = openStreams != null && !connections.streams().makeRoom(openStreams);
        bodies++;
        answersDue++;
        if (phase != Phase.LINGERING) {
            enter(Phase.BODY);
            follow();
        }
        Exchange exchange = new Exchange(this);
        if (isOneTooMany || isEnded) {
            // The whole connection, and at once: a response to this request, or a reset of its stream, would take as
            // much again.
            exchange.brokenOff();
            end(isEnded ? null : CloseReason.SLOW);
        }
        return exchange;
    }

    /** Counts the streams of a client that speaks HTTP/2, once Vert.x has chosen the protocol. */
    private void countStreams() {
        if (openStreams == null && !heads.isRead() && context != null) {
            Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
            if (http2 != null) {
                openStreams = connections
                        .streams()
                        .count(http2.connection(), context.channel().remoteAddress(), () -> later(this::makeRoom));
            }
        }
    }

    void bodyRead() {
        bodies--;
        follow();
    }

    void answered() {
        answersDue--;
        follow();
    }

    /** Enters the phase that follows from the requests. */
    private void follow() {
        Phase next =
                answersDue > bodies ? Phase.BUSY : bodies > 0 ? Phase.BODY : heads.isAny() ? Phase.HEAD : Phase.IDLE;
        if (next != phase && phase != Phase.LINGERING) {
            enter(next);
        }
    }

    /** @param isBodyDue whether the body, which no handler waits for any more, may take as long as the response */
    boolean beginsWaiting(long bytes, boolean isBodyDue) {
        // A closed connection would never report the end of the wait.
        boolean enters = !isEnded && waits.begin(bytes, openStreams);
        if (enters) {
            bodies -= isBodyDue ? 1 : 0;
            follow();
        }
        return enters;
    }

    void endsWaiting(long bytes) {
        waits.end(bytes, openStreams);
    }

    RequestWaits waits() {
        return waits;
    }

    /** Adds a piece that the client of an HTTP/2 stream has to read. */
    UnreadPiece unread(UnreadPiece piece) {
        if (reaper != null) {
            streams.add(piece, reaper);
        }
        return piece;
    }

    UnreadStreams streams() {
        return streams;
    }

    /** Returns the reaper of its event loop, also after this connection has left it. */
    ConnectionReaper itsReaper() {
        return connections.reaper(active().channel().eventLoop());
    }

    long now() {
        return connections.now();
    }

    /** Runs a task on its event loop, after the current one. */
    void later(Runnable task) {
        active().channel().eventLoop().execute(task);
    }

    /**
     * Marks the next response as the last: after closing, the connection reads and drops the client's further bytes for
     * a moment, lest a TCP reset destroys the response.
     */
    public void lingers() {
        isLast = true;
    }

    /** Returns true when asked for the first time: its client is to hear only once that it ends. */
    public boolean leaves() {
        boolean isFirst = !isLeaving;
        isLeaving = true;
        return isFirst;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        ConnectionReaper mine = connections.reaper(active.channel().eventLoop());
        connections.welcome(this, mine);
        reaper = mine;
        enter(Phase.SILENT);
        active.fireChannelActive();
    }

    /** Records the first byte of a client that speaks TLS. */
    void handshakeBegins(ClientTls tls) {
        handshake = tls;
        isEncrypted = true;
        tls.handshakeBegan();
        enter(Phase.HANDSHAKE);
        if (tls.isFull() && reaper != null) {
            reaper.endOldestHandshake();
        }
    }

    /**
     * Returns the alternative names of the client's certificate, which TLS has verified; empty if it has shown none. The
     * session keeps them, since a connection may bring many requests.
     */
    public List<String> certificateNames() {
        return isEncrypted ? PeerNames.of(session()) : List.of();
    }

    private SSLSession session() {
        return active().pipeline().get(SslHandler.class).engine().getSession();
    }

    /** Returns whether the client has begun TLS. */
    public boolean isEncrypted() {
        return isEncrypted;
    }

    private void handshakeEnds() {
        if (handshake != null) {
            handshake.handshakeEnded();
            handshake = null;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext active, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion && handshake != null) {
            String why = completion.isSuccess() ? handshake.whyRefused(session()) : null;
            if (why != null) {
                handshake.refused(active.channel().remoteAddress(), why);
                end(null);
                return;
            }
            if (completion.isSuccess()) {
                TlsBeginning.end(active.pipeline());
                enter(Phase.SILENT);
            } else if (!(completion.cause() instanceof ClosedChannelException)) {
                handshake.refused(active.channel().remoteAddress(), TlsException.reason(completion.cause()));
            }
            handshakeEnds();
        }
        active.fireUserEventTriggered(event);
    }

    /** Drops failures of TLS, which has closed the connection: HTTP would log each with its stack. */
    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable failure) {
        if (failure instanceof SSLException || failure.getCause() instanceof SSLException) {
            // A line each would let strangers fill the disk; some are in the log already.
            log.trace("TLS with {} failed: {}", active.channel().remoteAddress(), failure.toString());
        } else {
            active.fireExceptionCaught(failure);
        }
    }

    /** Closes a new connection for which no less useful one could be closed. */
    void endUnwelcome() {
        if (reaper != null) {
            end(CloseReason.LIMIT);
        }
    }

    /** Returns the number of pieces that have come for HTTP. */
    long reads() {
        return reads;
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object message) {
        reads++;
        if (phase == Phase.LINGERING || isEnded) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (openStreams == null && (phase == Phase.SILENT || phase == Phase.IDLE)) {
            enter(phase == Phase.SILENT ? Phase.FIRST_HEAD : Phase.HEAD);
        }
        if (phase == Phase.BUSY && openStreams == null && connections.heads().isFull()) {
            // What comes is the next request, and would be read before anybody's end makes room for it.
            ReferenceCountUtil.release(message);
            end(CloseReason.HEAD);
            return;
        }
        active.fireChannelRead(message);
        headsRead();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext active) {
        if (isEncrypted) {
            // TLS itself may have answered what the client has sent: who does not read that is a slow reader too.
            writes.update();
        }
        active.fireChannelReadComplete();
    }

    /** Looks whether bytes that were read are of a head: they may be empty lines (RFC 9112, 2.2), or of HTTP/2. */
    private void headsRead() {
        countStreams();
        if (phase.isHead() && (openStreams != null || heads.isRead() && !heads.isAny())) {
            enter(phase == Phase.FIRST_HEAD ? Phase.SILENT : Phase.IDLE);
        }
        if (reaper != null) {
            reaper.lookAtHeads(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        leave();
        gone.fireChannelInactive();
    }

    @Override
    public void close(ChannelHandlerContext active, ChannelPromise promise) {
        if (isLast
                && phase != Phase.LINGERING
                && active.channel() instanceof DuplexChannel duplex
                && duplex.isActive()) {
            enter(Phase.LINGERING);
            duplex.closeFuture().addListener(closed -> promise.trySuccess());
            beginLingering(duplex);
        } else if (phase == Phase.LINGERING && active.channel().isActive() && isLast) {
            active.channel().closeFuture().addListener(closed -> promise.trySuccess());
        } else {
            // A malformed body ends the connection in the midst of a read, before its answer is flushed, and those
            // before it.
            active.flush();
            active.close(promise);
        }
    }

    /** Closes the output: of TLS, if there is TLS, and of the socket. */
    private void beginLingering(DuplexChannel duplex) {
        SslHandler tls = duplex.pipeline().get(SslHandler.class);
        if (tls == null) {
            linger();
        } else {
            tls.closeOutbound().addListener(told -> linger());
        }
    }

    /** Closes the output; the channel closes when the client has closed its side too. */
    private void linger() {
        if (active().channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput();
            duplex.config().setAutoRead(true);
        }
    }

    /**
     * Returns whether the connection has exceeded the limit of its phase; while the client reads, only its reading
     * counts, except in a body.
     */
    boolean isOver(long now) {
        return (!reading.isReading() || phase == Phase.BODY) && phase.isOver(now - since);
    }

    /** Ends a phase that {@link #isOver}. */
    void timeOut() {
        if (phase.isHead()) {
            connections.count(CloseReason.HEAD);
            isLast = true;
            enter(Phase.LINGERING);
            active().writeAndFlush(LateHeadResponse.get()).addListener(written -> {
                if (active().channel() instanceof DuplexChannel duplex) {
                    beginLingering(duplex);
                }
            });
        } else {
            end(phase.ending());
        }
    }

    /**
     * Closes the connection.
     *
     * @param reason to be counted; null for none
     */
    void end(@Nullable CloseReason reason) {
        if (reason != null && !isEnded) {
            connections.count(reason);
        }
        leave();
        isEnded = true;
        isLast = false;
        ChannelHandlerContext active = active();
        if (reason == CloseReason.IDLE) {
            // From the end of the pipeline, so that HTTP/2 sends GOAWAY.
            active.channel().close();
        } else {
            // Below TLS, which would first try to tell the client, for seconds if the client does not read.
            ChannelHandlerContext tls = active.pipeline().context(SslHandler.class);
            (tls == null ? active : tls).close();
        }
        // Not only when Netty reports the end: a caller that makes room needs the memory now.
        writes.drop();
    }

    /** Records whether the client has anything left to read. */
    void reading(boolean now) {
        if (now == reading.isReading() || reaper == null) {
            return;
        }
        if (now) {
            reading.begin(connections.now(), writes.taken());
            reaper.startsReading(this);
        } else {
            reading.end();
            reaper.endsReading(this);
            if (phase != Phase.BUSY && phase != Phase.BODY && phase != Phase.LINGERING) {
                enter(phase);
            }
        }
    }

    /** Returns whether the client could have read more than it has. */
    boolean isSlow() {
        return reading.isSlow(connections.now());
    }

    @Override
    public void makeRoom() {
        end(CloseReason.SLOW);
    }

    @Override
    public void lookAtReading(long now) {
        writes.update();
        if (reading.isStuck(now, writes.taken())) {
            end(CloseReason.SLOW);
        }
    }

    private void enter(Phase next) {
        // Else it would damage the queues of other connections.
        assert active().executor().inEventLoop() : Thread.currentThread();
        if (next == Phase.LINGERING) {
            heads.forget();
        }
        if (reaper != null) {
            node.join(reaper.in(next));
        }
        phase = next;
        since = connections.now();
    }

    /** Leaves the reaper. */
    private void leave() {
        handshakeEnds();
        if (reaper != null) {
            node.leave();
            reaper.endsReading(this);
            streams.forgetAll();
            heads.forget();
            reaper.lookAtHeads(this);
            reaper = null;
            if (openStreams != null) {
                connections.streams().leave(openStreams);
            }
        }
    }

    private ChannelHandlerContext active() {
        return Objects.requireNonNull(context, "a connection that is not active");
    }
}
