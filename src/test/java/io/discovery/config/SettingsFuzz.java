package io.discovery.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.discovery.fuzz.FuzzTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Environments, a variable a line: settings are read, or each fault is named by its variable. */
public final class SettingsFuzz implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        StringBuilder all = new StringBuilder();
        for (Setting setting : Setting.values()) {
            all.append(setting.name()).append('=').append(setting.fallback()).append('\n');
        }
        return List.of(
                all.toString().getBytes(UTF_8),
                "AUTO_IP_CIDRS=10.0.0.0/8, ::/0\nCLUSTER_MEMBERS=a:1,[::1]:2\nDNS_DOMAIN=a.b.\nDEBUG=on"
                        .getBytes(UTF_8),
                "DYNAMODB_URL=http://user:secret@127.0.0.1:8000\nHOST_TTL=0\nPORT=65536".getBytes(UTF_8));
    }

    @Override
    public void read(byte[] input) {
        Map<String, String> environment = new HashMap<>();
        for (String line : new String(input, UTF_8).split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        try {
            Settings.from(environment, BackendNames.of("InMemory"));
        } catch (InvalidSettingsException invalid) {
            FuzzTarget.require(
                    !invalid.faults().isEmpty() && invalid.faults().stream().allMatch(SettingsFuzz::namesASetting),
                    () -> "faults: " + invalid.faults());
        }
    }

    private static boolean namesASetting(String fault) {
        return fault.contains(":") && fault.substring(0, fault.indexOf(':')).matches("[A-Z_]+");
    }
}
