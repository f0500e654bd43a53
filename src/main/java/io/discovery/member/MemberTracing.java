package io.discovery.member;

import io.discovery.config.Settings;
import io.discovery.process.LogFormat;
import io.discovery.process.ProgramVersion;
import io.discovery.subscription.DeliveryWatch;
import io.discovery.telemetry.ChangeTracing;
import io.discovery.telemetry.RequestTracing;
import io.discovery.tracing.Tracing;
import org.jspecify.annotations.Nullable;

/**
 * The tracing of a member, for each part of it. A member without a collector has none of these, and loads no class of
 * OpenTelemetry.
 */
record MemberTracing(
        @Nullable RequestTracing requests,
        @Nullable ChangeTracing changes,
        @Nullable DeliveryWatch watchers) {

    static final MemberTracing NONE = new MemberTracing(null, null, null);

    /** Makes room for traces, if there are to be any, in the Vert.x that is created next. */
    static void prepare(Settings settings) {
        if (settings.tracing().isPresent()) {
            Tracing.prepare();
        }
    }

    /**
     * Begins to trace, if there is a collector, until the stop.
     *
     * @param address the member's, as its peers see it
     * @throws Tracing.UnusableTracingException if a variable of OpenTelemetry's has a wrong value
     */
    static MemberTracing begin(MemberAssembly assembly, String address) {
        Settings.Tracing settings = assembly.settings().tracing().orElse(null);
        if (settings == null) {
            return NONE;
        }
        Tracing tracing = Tracing.begin(
                settings,
                new Tracing.Origin(address, ProgramVersion.version()),
                assembly.meters(),
                assembly.heap()::isScarce);
        assembly.onStop(tracing::close);
        LogFormat.setTrace(Tracing::logFields);
        return new MemberTracing(tracing.requests(), tracing.changes(), tracing.watchers());
    }
}
