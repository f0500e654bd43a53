package io.discovery.cluster;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.operations.FetchMembersViewOp;
import com.hazelcast.spi.exception.ResponseAlreadySentException;
import com.hazelcast.spi.impl.operationservice.impl.Invocation;
import com.hazelcast.spi.impl.operationservice.impl.InvocationRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over a claim to be the oldest member, which ends waits that Hazelcast 5.7 makes too long.
 *
 * <p>A member that gives all older ones up asks the others for their consent. It asks those too that it gives up a
 * moment later, and waits 5 s for each, one after the other: of five members that lose each other at once, the fourth
 * takes 15 s longer than need be. Up to then its half of a split takes no writes, and no other half can merge with it.
 * This class ends the question to a member that two looks have found silent for longer than members bear.
 *
 * <p>One thread.
 */
public final class MastershipClaimWatch {

    private static final Logger log = LoggerFactory.getLogger(MastershipClaimWatch.class);

    /** A longer pause was a standstill: heartbeats that came meanwhile may have yet to be read. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final MemberSilence silence;
    private final InvocationRegistry calls;
    private long lastLook;
    /** The members that the last look found silent: one look may come before heartbeats that wait are read. */
    private Set<MemberImpl> silent = Set.of();

    /** @param hazelcast instance of a member that has joined */
    public MastershipClaimWatch(HazelcastInstance hazelcast) {
        this.silence = new MemberSilence(hazelcast);
        this.calls = ((HazelcastInstanceProxy) hazelcast)
                .getOriginal()
                .node
                .nodeEngine
                .getOperationService()
                .getInvocationRegistry();
        this.lastLook = System.nanoTime();
    }

    /** Ends the questions that no answer will come to; to be called about once a second. */
    public void look() {
        long now = System.nanoTime();
        boolean stoodStill = now - lastLook > LONGEST_PAUSE_NANOS;
        lastLook = now;
        Set<MemberImpl> silentBefore = stoodStill ? Set.of() : silent;
        silent = new HashSet<>();
        for (Invocation<?> call : calls) {
            if (call.op instanceof FetchMembersViewOp
                    && call.getTargetMember() instanceof MemberImpl asked
                    && silence.isTooLong(silence.of(asked))) {
                silent.add(asked);
                if (silentBefore.contains(asked)) {
                    end(call, asked);
                }
            }
        }
    }

    private static void end(Invocation<?> call, MemberImpl asked) {
        log.info("member {} is silent: this member forms a cluster without its consent", asked.getAddress());
        try {
            call.sendResponse(call.op, new MemberLeftException(asked));
        } catch (ResponseAlreadySentException answered) {
            log.debug("it has answered in this moment", answered);
        }
    }
}
