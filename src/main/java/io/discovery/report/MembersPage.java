package io.discovery.report;

import io.discovery.http.JsonBody;
import io.discovery.json.JsonText;
import io.discovery.registry.Membership.MemberInfo;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of members, each with its own report behind what the cluster knows of it. */
final class MembersPage {

    private MembersPage() {}

    /**
     * Returns an object with the members as its last field.
     *
     * @param head the fields before
     * @param reports by the ids of the members; a member without one has not answered
     */
    static Buffer of(Map<String, Object> head, List<MemberInfo> members, Map<String, byte[]> reports) {
        Buffer page = Buffer.buffer();
        append(page, head).appendString(head.isEmpty() ? "" : ", ").appendString("\"members\": [");
        String separator = "";
        for (MemberInfo member : members) {
            page.appendString(separator);
            append(page, member, reports.get(member.id()));
            separator = ", ";
        }
        return page.appendString("]}\n");
    }

    private static void append(Buffer page, MemberInfo member, byte @Nullable [] report) {
        boolean hasAnswered = report != null && isObject(report);
        append(
                page,
                JsonBody.ordered(
                        "id", member.id(),
                        "address", member.address(),
                        "self", member.self(),
                        "version", member.version(),
                        "answered", hasAnswered));
        if (report != null && hasAnswered) {
            page.appendString(", ").appendBytes(report, 1, report.length - 1);
        } else {
            page.appendString("}");
        }
    }

    /** Appends an object without its end. */
    private static Buffer append(Buffer page, Map<String, Object> fields) {
        String json = JsonText.write(fields);
        return page.appendString(json.substring(0, json.length() - 1));
    }

    /** Returns whether a report is an object with fields, to which others can be added. */
    private static boolean isObject(byte[] report) {
        return report.length > 2 && report[0] == '{' && report[report.length - 1] == '}';
    }
}
