package io.discovery.v1;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.config.Cidrs;
import io.discovery.http.ErrorResponses;
import io.discovery.http.ErrorResponses.Refused;
import io.discovery.json.JsonText;
import io.discovery.model.InstanceDetails;
import io.discovery.model.IpAddress;
import io.discovery.model.Port;
import io.discovery.model.RegistryException.InvalidParameter;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The fields that a host sends to register, checked in the seed's order (POST /v1/registration): ip or auto_ip, port,
 * tags as JSON, then absent or invalid values of ip, port, revision and tags.
 */
record RegistrationRequest(IpAddress ip, InstanceDetails details) {

    private static final String TAGS = "tags";
    private static final String NO_TAGS = "{}";
    private static final List<String> REQUIRED_TAGS = List.of("az", "instance_id", "region");

    /**
     * Checks what a host sent.
     *
     * @param client returns the client's address, for auto_ip
     * @throws InvalidParameter for the first check that fails
     */
    static RegistrationRequest of(Parameters sent, Supplier<String> client, Cidrs autoIp) {
        String ip = ip(sent, client, autoIp);
        String portText = sent.get("port");
        BigInteger port = portText == null ? Port.MISSING : Port.number(portText);
        JsonNode tags = sent.json(TAGS, NO_TAGS).orElseThrow(() -> invalidTags(sent.get(TAGS, NO_TAGS)));
        if (ip.isEmpty()) {
            throw new InvalidParameter("ip", "", "an IP address, or auto_ip");
        }
        String revision = sent.get("revision", "");
        if (port.signum() != 0 && revision.isEmpty()) {
            throw new InvalidParameter("revision", revision, "the build that the host runs, not empty");
        }
        if (portText == null) {
            throw new InvalidParameter("port", "", "an integer between 1 and 65535");
        }
        int checkedPort = Port.inRange(port);
        IpAddress address = IpAddress.parse(ip)
                .orElseThrow(() -> new InvalidParameter(
                        "ip", ip, "an IPv4 address as four decimals, or an IPv6 address without a zone"));
        Map<String, String> checkedTags = required(tags);
        return new RegistrationRequest(
                address, new InstanceDetails(checkedPort, revision, sent.get("service_repo_name", ""), checkedTags));
    }

    private static String ip(Parameters sent, Supplier<String> client, Cidrs autoIp) {
        String ip = sent.get("ip", "");
        if (!ip.isEmpty() || sent.get("auto_ip", "").isEmpty()) {
            return ip;
        }
        String seen = client.get();
        if (IpAddress.parse(seen).filter(autoIp::contains).isEmpty()) {
            throw new InvalidParameter("auto_ip", seen, "an address in " + autoIp);
        }
        return seen;
    }

    private static Map<String, String> required(JsonNode tags) {
        if (!tags.isObject()) {
            throw new InvalidParameter("tags", JsonText.write(tags), "a JSON object");
        }
        for (String name : REQUIRED_TAGS) {
            if (!tags.has(name)) {
                throw new InvalidParameter("tags." + name, "", "a value; az, instance_id and region are required");
            }
        }
        Map<String, String> texts = new LinkedHashMap<>();
        tags.properties().forEach(tag -> {
            if (!Parameters.isUnicode(tag.getKey())) {
                throw new InvalidParameter("tags", JsonText.quote(tag.getKey()), "keys without unpaired surrogates");
            }
            texts.put(tag.getKey(), JsonText.write(tag.getValue()));
        });
        return texts;
    }

    /** Returns the refusal of tags that are not JSON, for which the seed has words of its own. */
    private static Refused invalidTags(String given) {
        return new Refused(ErrorResponses.error(
                400, "Invalid json supplied in tags", new InvalidParameter(TAGS, given, "JSON").given()));
    }
}
