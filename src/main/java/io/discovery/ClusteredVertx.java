package io.discovery;

import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.HazelcastCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.transport.Transport;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Vert.x on the member's Hazelcast, and waiting for what it does; for the thread that starts and stops the member. */
final class ClusteredVertx {

    private static final Logger log = LoggerFactory.getLogger(ClusteredVertx.class);
    /** How long one step of a start or stop may take. */
    static final Duration STEP = Duration.ofSeconds(30);

    private ClusteredVertx() {}

    /**
     * Vert.x notes in maps of the cluster that it is there. If the owner of such a note or its backup is slow, because its
     * member joins or leaves just now, or stands still, this fails, and may be called again.
     */
    static Vertx start(HazelcastInstance hazelcast, Transport transport) {
        VertxOptions options = new VertxOptions()
                // Nothing is served from the class path, and the temporary folder may be read-only.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        options.getEventBusOptions().setHost(HazelcastCluster.host(hazelcast));
        Vertx vertx = await(Vertx.builder()
                .with(options)
                .withTransport(transport)
                .withClusterManager(new HazelcastClusterManager(hazelcast))
                .buildClustered());
        vertx.exceptionHandler(failure -> {
            Fatal.endIfFatal(failure);
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
