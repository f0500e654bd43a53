package io.discovery.audit;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An audit log in a folder of its own. */
abstract class AuditLogFixture {

    @TempDir
    Path folder;

    TestLog log;

    @BeforeEach
    void makeLog() {
        log = new TestLog(folder);
    }
}
