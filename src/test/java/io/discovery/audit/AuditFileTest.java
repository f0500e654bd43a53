package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The file of an audit log: restarts, rotation, torn lines, disks that fail. */
class AuditFileTest extends AuditLogFixture {

    private static final RotatedFiles.Keep KEEP = new RotatedFiles.Keep(Duration.ofDays(30), 1_000);
    /** Room for a line of {@link Events}, but not for two. */
    private static final int ONE_LINE = 500;

    @Test
    void chainGoesOnAfterARestart() {
        for (int start = 0; start < 3; start++) {
            AuditFile file = log.open();
            TestLog.append(file, 5);
            assertThat(file.close()).isNull();
        }

        log.assertWhole(15);
    }

    @Test
    void onlyTheOwnerReadsTheFile() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 1);
        file.close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log.path())))
                .isEqualTo("rw-------");
    }

    @Test
    void chainGoesOnInTheNextFile() {
        AuditFile file = log.open(ONE_LINE, KEEP);
        TestLog.append(file, 4);
        file.close();

        assertThat(log.files().stream().map(each -> each.getFileName().toString()))
                .containsExactly(
                        "audit.log.000000000001-20261127T100000Z",
                        "audit.log.000000000002-20261127T100000Z",
                        "audit.log.000000000003-20261127T100000Z",
                        "audit.log");
        log.assertWhole(4);
    }

    @Test
    void rotationTellsTheLastHash() {
        try (CapturedLog lines = CapturedLog.of(AuditFile.class)) {
            AuditFile file = log.open(ONE_LINE, KEEP);
            TestLog.append(file, 1);
            ChainEnd end = file.end();
            TestLog.append(file, 1);
            file.close();

            assertThat(lines.messages()).singleElement().asString().contains("line 1", end.hash());
        }
    }

    @Test
    void fileRotatesAtMidnight() {
        AuditFile file = log.open();
        log.setClock("2026-11-27T23:59:59.999Z");
        TestLog.append(file, 2);
        assertThat(file.tend()).isNull();
        assertThat(log.files()).hasSize(1);

        log.setClock("2026-11-28T00:00:00Z");
        assertThat(file.tend()).isNull();
        assertThat(log.files()).hasSize(2);
        TestLog.append(file, 1);
        assertThat(file.tend()).isNull();
        file.close();

        assertThat(log.files()).hasSize(2);
        log.assertWhole(3);
    }

    @Test
    void fileOfYesterdayRotatesAfterARestart() throws IOException {
        AuditFile before = log.open();
        TestLog.append(before, 1);
        before.close();
        Files.setLastModifiedTime(log.path(), FileTime.from(log.now()));

        log.setClock("2026-11-28T07:00:00Z");
        AuditFile file = log.open();
        TestLog.append(file, 1);
        file.close();

        assertThat(log.files()).hasSize(2);
        log.assertWhole(2);
    }

    @Test
    void filesSortByAgeThoughTheClockGoesBack() {
        AuditFile file = log.open(ONE_LINE, KEEP);
        TestLog.append(file, 1);
        for (String time : List.of("2026-11-29T10:00:00Z", "2026-11-20T10:00:00Z", "2026-11-25T10:00:00Z")) {
            log.setClock(time);
            TestLog.append(file, 1);
        }
        file.close();

        assertThat(log.files()).hasSize(4);
        log.assertWhole(4);
    }

    @Test
    void filesBeyondTheNumberAreRemoved() {
        AuditFile file = log.open(ONE_LINE, new RotatedFiles.Keep(Duration.ofDays(30), 2));
        TestLog.append(file, 6);
        file.close();

        assertThat(log.files()).hasSize(3);
        ChainCheck.Outcome outcome = log.check();
        assertThat(outcome.fault()).isNull();
        assertThat(outcome.firstSeq()).isEqualTo(4);
    }

    @Test
    void oldFilesAreRemovedTwoAtATime() {
        AuditFile file = log.open(ONE_LINE, KEEP);
        TestLog.append(file, 6);
        log.setClock("2027-11-27T10:00:00Z");

        assertThat(file.tend()).isNull();
        assertThat(log.files()).hasSize(5);
        file.close();
        assertThat(log.check().fault()).isNull();
    }

    @Test
    void otherFilesOfTheFolderStay() throws IOException {
        List<Path> others = List.of(
                Files.createFile(folder.resolve("audit.log.1")),
                Files.createFile(folder.resolve("audit.log.000000000001-20269927T100000Z")),
                Files.createFile(folder.resolve("other.log.000000000001-20261127T100000Z")));
        AuditFile file = log.open(ONE_LINE, new RotatedFiles.Keep(Duration.ofDays(1), 1));
        TestLog.append(file, 4);
        file.close();

        assertThat(others).allMatch(Files::exists);
    }

    @Test
    void tornLineStaysAndTheNextOneTellsOfIt() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 2);
        file.close();
        Files.writeString(log.path(), "{\"seq\": 3, \"prev\": \"ab", StandardOpenOption.APPEND);
        assertThat(log.assertWhole(2).unendedBytes()).isEqualTo(22);

        AuditFile next = log.open();
        TestLog.append(next, 2);
        next.close();

        assertThat(log.assertWhole(4).tornPlaces()).isEqualTo(1);
        assertThat(Files.readString(log.path())).contains("\n{\"seq\": 3, \"prev\": \"ab\n{\"seq\": 3, ");
    }

    /** A failed write may leave all of a line but its line feed, which the next write brings. */
    @Test
    void lineThatLacksOnlyItsLineFeedIsTornToo() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 3);
        file.close();
        cutLastByte();

        AuditFile next = log.open();
        TestLog.append(next, 2);
        next.close();

        assertThat(log.assertWhole(4).tornPlaces()).isEqualTo(1);
        assertThat(Files.readAllLines(log.path())).hasSize(5);
    }

    /** The write that brings the line feed may fail after it. */
    @Test
    void chainGoesOnFromALineThatGotItsLineFeedLater() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 3);
        file.close();
        String whole = Files.readString(log.path());
        cutLastByte();
        AuditFile next = log.open();

        Files.delete(log.path());
        Files.writeString(log.path(), whole);
        TestLog.append(next, 1);
        next.close();

        assertThat(log.assertWhole(4).tornPlaces()).isZero();
    }

    private void cutLastByte() throws IOException {
        byte[] bytes = Files.readAllBytes(log.path());
        Files.write(log.path(), Arrays.copyOf(bytes, bytes.length - 1));
    }

    @Test
    void bytesOfAPowerFailureAreTornToo() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 2);
        file.close();
        Files.writeString(log.path(), "\0\0\0\n\0\0\n", StandardOpenOption.APPEND);

        AuditFile next = log.open();
        TestLog.append(next, 1);
        next.close();

        assertThat(log.assertWhole(3).tornPlaces()).isEqualTo(1);
    }

    @Test
    void tornFirstLineOfAFileFollowsTheFileBefore() throws IOException {
        AuditFile file = log.open(ONE_LINE, KEEP);
        TestLog.append(file, 2);
        file.close();
        Files.writeString(log.path(), "{\"seq\": 2");

        AuditFile next = log.open(ONE_LINE, KEEP);
        TestLog.append(next, 2);
        next.close();

        assertThat(log.assertWhole(3).tornPlaces()).isEqualTo(1);
        assertThat(log.files()).hasSize(3);
    }

    @Test
    void tornLineIsToldBeforeTheFileRotates() throws IOException {
        AuditFile file = log.open(ONE_LINE, KEEP);
        TestLog.append(file, 1);
        file.close();
        Files.writeString(log.path(), "{\"seq\": 2", StandardOpenOption.APPEND);

        AuditFile next = log.open(ONE_LINE, KEEP);
        log.setClock("2026-12-24T10:00:00Z");
        assertThat(next.tend()).isNull();
        TestLog.append(next, 1);
        assertThat(log.files()).hasSize(1);
        TestLog.append(next, 1);
        next.close();

        assertThat(log.assertWhole(3).tornPlaces()).isEqualTo(1);
        assertThat(log.files()).hasSize(2);
    }

    @Test
    void tornLineIsNoFreeSpaceForOtherText() throws IOException {
        tornLineStaysAndTheNextOneTellsOfIt();
        String text = Files.readString(log.path());
        Files.writeString(log.path(), text.replace("\"prev\": \"ab\n", "\"prev\": \"ac\n"));

        assertThat(log.check().fault())
                .isNotNull()
                .extracting(ChainCheck.Fault::line)
                .isEqualTo(3L);
    }

    @Test
    void tornLineThatIsGoneIsMissed() throws IOException {
        tornLineStaysAndTheNextOneTellsOfIt();
        String text = Files.readString(log.path());
        Files.writeString(log.path(), text.replace("{\"seq\": 3, \"prev\": \"ab\n", ""));

        assertThat(log.check().fault())
                .isNotNull()
                .extracting(ChainCheck.Fault::line)
                .isEqualTo(3L);
    }

    @Test
    void endBetweenTwoFilesIsNoEndOfTheChain() throws IOException {
        AuditFile file = log.open(ONE_LINE, KEEP);
        TestLog.append(file, 3);
        file.close();
        Files.move(log.path(), folder.resolve("audit.log.000000000003-20261127T100000Z"));

        AuditFile next = log.open(ONE_LINE, KEEP);
        TestLog.append(next, 1);
        next.close();

        log.assertWhole(4);
    }

    @Test
    void fullDiskIsAFailureAndTheChainGoesOnWhenThereIsRoom() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 2);
        Path kept = folder.resolve("kept");
        Files.move(log.path(), kept);
        Files.createSymbolicLink(log.path(), Path.of("/dev/full"));

        AuditSink.Appended failed = file.append(Events.some(3));
        assertThat(failed.events()).isZero();
        assertThat(failed.failure()).isInstanceOf(IOException.class).hasMessageContaining("No space left");

        Files.delete(log.path());
        Files.move(kept, log.path());
        assertThat(file.append(Events.some(3)).events()).isEqualTo(3);
        file.close();
        log.assertWhole(5);
    }

    @Test
    void fullDiskKeepsNoMemberFromStarting() throws IOException {
        Files.createSymbolicLink(log.path(), Path.of("/dev/full"));
        AuditFile file = log.open();

        assertThat(file.append(Events.some(1)).failure()).hasMessageContaining("No space left");
        assertThat(file.tend()).isNull();
        file.close();
    }

    @Test
    void fileThatWasMovedIsLeftAlone() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 2);
        Path moved = Files.move(log.path(), folder.resolve("moved"));
        TestLog.append(file, 1);
        file.close();

        assertThat(Files.readAllLines(moved)).hasSize(2);
        ChainCheck.Outcome both = TestLog.check(List.of(log.path(), moved));
        assertThat(both.fault()).isNull();
        assertThat(both.end().seq()).isEqualTo(3);
    }

    @Test
    void linkIsFollowed() throws IOException {
        AuditFile file = log.open();
        TestLog.append(file, 1);
        file.close();
        Path link = Files.createSymbolicLink(folder.resolve("link"), log.path());

        assertThat(AuditFile.resolved(link)).isEqualTo(log.path().toRealPath());
        assertThat(AuditFile.resolved(log.path())).isEqualTo(log.path());
    }

    @Test
    void secondMemberIsKeptOut() {
        AuditFile first = log.open();

        assertThatThrownBy(log::open)
                .isInstanceOf(UnusableAuditLogException.class)
                .hasMessageContaining(log.path() + ", which is in use by another member of this process");

        first.close();
        log.open().close();
    }

    @Test
    void otherFileIsNotTouched() throws IOException {
        Files.writeString(log.path(), "root:x:0:0:root:/root:/bin/bash\n");

        assertThatThrownBy(log::open)
                .isInstanceOf(UnusableAuditLogException.class)
                .hasMessageContaining("given " + log.path())
                .hasMessageContaining("no line of an audit log");
        assertThat(Files.readString(log.path())).isEqualTo("root:x:0:0:root:/root:/bin/bash\n");
    }

    @Test
    void folderIsMadeAndADirectoryIsNoFile() {
        TestLog deep = new TestLog(folder.resolve("a/b"));
        AuditFile file = deep.open();
        TestLog.append(file, 1);
        file.close();
        deep.assertWhole(1);

        assertThatThrownBy(() -> new TestLog(folder.resolve("a/b/audit.log")).open())
                .isInstanceOf(UnusableAuditLogException.class);
        assertThatThrownBy(
                        () -> new AuditFile(folder, new AuditFile.Rotation(ONE_LINE, KEEP), "m:1", log.time()).begin())
                .hasMessageContaining("is a directory");
    }
}
