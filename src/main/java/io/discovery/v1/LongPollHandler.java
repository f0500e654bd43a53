package io.discovery.v1;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.http.EndpointRequest;
import io.discovery.http.RequestPreconditions;
import io.discovery.http.Response;
import io.discovery.model.ServiceName;
import io.discovery.subscription.ChangeListener;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.subscription.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * The handler of reads that wait for a change. A wait ends because the list has changed, because the time is up, or
 * because the member ends all waits; the response is that of a read at that time. Thread-safe; each wait is confined to
 * its event loop.
 */
final class LongPollHandler {

    private final Vertx vertx;
    private final EventLoopSubscriptions following;
    private final Directory directory;
    private final ReadHandlers reads;

    LongPollHandler(Vertx vertx, EventLoopSubscriptions following, Directory directory, ReadHandlers reads) {
        this.vertx = vertx;
        this.following = following;
        this.directory = directory;
        this.reads = reads;
    }

    /** Responds with the list, at once if the client has another one. To be called on the event loop of the request. */
    Future<Response> service(EndpointRequest request, LongPoll poll, RequestPreconditions wanted) {
        reads.requireReadable();
        ServiceName name = new ServiceName(request.segment(0));
        if (isOther(directory.service(name), poll)) {
            return reads.service(name.text(), wanted);
        }
        return request.waits()
                ? new Waiting(name, poll, wanted).begin(request)
                : Future.succeededFuture(request.crowded());
    }

    private static boolean isOther(Snapshot snapshot, LongPoll poll) {
        return !snapshot.version().toString().equals(poll.index());
    }

    /** A request that waits. */
    private final class Waiting implements ChangeListener {
        private final ServiceName service;
        private final LongPoll poll;
        private final RequestPreconditions wanted;
        private final Promise<Response> response = Promise.promise();
        private final Subscription subscription;
        private final long timer;
        private boolean isOver;

        Waiting(ServiceName service, LongPoll poll, RequestPreconditions wanted) {
            this.service = service;
            this.poll = poll;
            this.wanted = wanted;
            this.subscription = following.here().follow(service, this);
            this.timer = vertx.setTimer(poll.atMost().toMillis(), timeIsUp -> end());
        }

        Future<Response> begin(EndpointRequest request) {
            // Over HTTP/2 the connection goes on when a request of it is gone, and has to hear of its end.
            request.http().response().closeHandler(gone -> end());
            // Asked after it follows: what changes from here on is told.
            changed(directory.service(service));
            return response.future();
        }

        @Override
        public void changed(Snapshot now) {
            if (isOther(now, poll)) {
                end();
            }
        }

        @Override
        public void end() {
            if (isOver) {
                return;
            }
            isOver = true;
            subscription.close();
            vertx.cancelTimer(timer);
            try {
                reads.service(service.text(), wanted).onComplete(response);
            } catch (RuntimeException refused) {
                response.fail(refused);
            }
        }
    }
}
