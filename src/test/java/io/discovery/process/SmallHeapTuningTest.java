package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import com.sun.management.VMOption.Origin;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** The options that Java gets for the size of its heap. */
class SmallHeapTuningTest {

    private static final long MB = 1L << 20;
    private static final String NO_MARKING = "0";

    private final Java java = new Java();
    private long takes = 500 * MB;
    private long old = 120 * MB;

    @Test
    void aHeapThatTakesMoreThanItNeedsIsMarkedOnceAllIsCalm() {
        SmallHeapTuning heap = small(512 * MB);

        Duration pause = heap.look();

        assertThat(java.value(SmallHeapTuning.MARK_AFTER)).isEqualTo("1000");
        assertThat(java.value(SmallHeapTuning.LEAST_FREE)).isEqualTo("20");
        assertThat(java.value(SmallHeapTuning.MOST_FREE)).isEqualTo("40");
        assertThat(pause).isPositive();
    }

    @Test
    void oneThatDoesNotShrinkIsNotMarkedAllTheTime() {
        SmallHeapTuning heap = small(512 * MB);
        heap.look();

        heap.look();

        assertThat(java.value(SmallHeapTuning.MARK_AFTER)).isEqualTo(NO_MARKING);
    }

    @Test
    void fewOldObjectsLeaveRoomForYoungOnes() {
        old = 20 * MB;

        small(512 * MB).look();

        // A heap of 205 MB is two fifths of 512.
        assertThat(java.value(SmallHeapTuning.MOST_FREE)).isEqualTo("87");
    }

    @Test
    void manyOldObjectsNeedMore() {
        takes = 440 * MB;
        old = 250 * MB;

        small(512 * MB).look();

        assertThat(java.value(SmallHeapTuning.MARK_AFTER)).isEqualTo(NO_MARKING);
        assertThat(java.value(SmallHeapTuning.MOST_FREE)).isEqualTo("40");
    }

    @Test
    void aHeapOfAFixedSizeIsNotMarked() {
        java.set("MinHeapSize", 500 * MB, Origin.ERGONOMIC);

        small(512 * MB).look();

        assertThat(java.value(SmallHeapTuning.MARK_AFTER)).isEqualTo(NO_MARKING);
    }

    @Test
    void aLargeHeapIsLeftAlone() {
        assertThat(SmallHeapTuning.of(java, heap(3_072 * MB))).isEmpty();

        assertThat(java.value(SmallHeapTuning.LEAST_FREE)).isEqualTo("40");
    }

    @Test
    void whatTheOperatorHasDecidedStays() {
        for (String option :
                List.of(SmallHeapTuning.LEAST_FREE, SmallHeapTuning.MOST_FREE, SmallHeapTuning.MARK_AFTER)) {
            Java decided = new Java();
            decided.set(option, 50, Origin.VM_CREATION);
            Map<String, VMOption> before = Map.copyOf(decided.options);

            assertThat(SmallHeapTuning.of(decided, heap(512 * MB))).as(option).isEmpty();

            assertThat(decided.options).isEqualTo(before);
        }
    }

    private SmallHeapTuning small(long most) {
        return SmallHeapTuning.of(java, heap(most)).orElseThrow();
    }

    private SmallHeapTuning.Heap heap(long most) {
        return new SmallHeapTuning.Heap(most, () -> takes, () -> old);
    }

    /** A Java whose options are as they are by default. */
    private static final class Java implements HotSpotDiagnosticMXBean {
        private final Map<String, VMOption> options = new HashMap<>();

        Java() {
            set(SmallHeapTuning.LEAST_FREE, 40, Origin.DEFAULT);
            set(SmallHeapTuning.MOST_FREE, 70, Origin.DEFAULT);
            set(SmallHeapTuning.MARK_AFTER, 0, Origin.DEFAULT);
            set("MinHeapSize", 8 * MB, Origin.ERGONOMIC);
        }

        void set(String name, long value, Origin origin) {
            options.put(name, new VMOption(name, Long.toString(value), true, origin));
        }

        String value(String name) {
            return getVMOption(name).getValue();
        }

        @Override
        public VMOption getVMOption(String name) {
            VMOption option = options.get(name);
            if (option == null) {
                throw new IllegalArgumentException(name);
            }
            return option;
        }

        @Override
        public void setVMOption(String name, String value) {
            options.put(name, new VMOption(name, value, true, Origin.MANAGEMENT));
        }

        @Override
        public List<VMOption> getDiagnosticOptions() {
            return List.copyOf(options.values());
        }

        @Override
        public ObjectName getObjectName() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void dumpHeap(String file, boolean live) {
            throw new UnsupportedOperationException();
        }
    }
}
