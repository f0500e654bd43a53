package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import javax.management.JMException;
import javax.management.ReflectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeHeapTrimmerTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void javaTellsWhatItGaveBack() throws JMException {
        try {
            assertThat(NativeHeapTrimmer.trim()).asString().contains("Trim native heap");
        } catch (ReflectionException old) {
            assumeTrue(false, "SKIPPED: this Java has no System.trim_native_heap, a later build of its version has");
        }
    }
}
