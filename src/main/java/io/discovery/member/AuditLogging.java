package io.discovery.member;

import io.discovery.audit.AuditEvent;
import io.discovery.audit.AuditLog;
import io.discovery.config.Settings;
import io.discovery.registry.Membership.MemberInfo;
import java.time.Instant;
import java.util.Map;

/** The audit log of a member whose settings ask for one, with a line for the member's start and one for its stop. */
final class AuditLogging {

    private AuditLogging() {}

    /**
     * Begins the audit log, which ends with the member. Blocks.
     *
     * @param self the member, whose address is in each line
     * @throws io.discovery.audit.UnusableAuditLogException if the file cannot be used
     */
    static AuditLog begin(Settings.Audit settings, MemberAssembly assembly, MemberInfo self) {
        AuditLog audit = AuditLog.begin(settings, self.address(), assembly.meters());
        audit.record(AuditEvent.ofMember(Instant.now(), "start", Map.of("id", self.id()), "version " + self.version()));
        assembly.onStop(() -> {
            audit.record(AuditEvent.ofMember(Instant.now(), "stop", Map.of("id", self.id()), ""));
            audit.close();
        });
        return audit;
    }
}
