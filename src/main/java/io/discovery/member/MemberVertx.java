package io.discovery.member;

import io.discovery.process.FatalErrorHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The member's Vert.x, and waiting for what it does; for the thread that starts and stops the member. It is not
 * clustered: members speak with each other through Hazelcast alone, and a clustered event bus would listen on one more
 * port.
 */
final class MemberVertx {

    private static final Logger log = LoggerFactory.getLogger(MemberVertx.class);
    /** How long one step of a start or stop may take. */
    static final Duration STEP = Duration.ofSeconds(30);

    /** Vert.x's own resolver of names keeps a UDP socket open that all the world may send to; Java's has none. */
    private static final String NO_RESOLVER = "vertx.disableDnsResolver";

    private MemberVertx() {}

    static Vertx start(Transport transport) {
        System.setProperty(NO_RESOLVER, "true");
        VertxOptions options = new VertxOptions()
                // Nothing is served from the class path, and the temporary folder may be read-only.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        Vertx vertx = Vertx.builder().with(options).withTransport(transport).build();
        vertx.exceptionHandler(failure -> {
            FatalErrorHandler.endIfFatal(failure);
            log.error("an event loop met a fault", failure);
        });
        return vertx;
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(STEP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("no answer within " + STEP, late);
        } catch (RuntimeException known) {
            throw known;
        } catch (Exception undeclared) {
            // Vert.x throws what the future failed with, checked or not.
            throw new IllegalStateException(undeclared.toString(), undeclared);
        }
    }
}
