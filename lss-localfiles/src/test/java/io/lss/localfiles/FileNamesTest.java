package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lss.localfiles.FileNames.Kind;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0xabcdef, Long.MAX_VALUE})
    void aSegmentsNameGivesItsNumberBack(long number) {
        assertEquals(OptionalLong.of(number), FileNames.segmentNumber(FileNames.segment(number)));
    }

    @Test
    void aSegmentsNameHasSixteenLowerCaseDigits() {
        assertEquals("seg-0000000000abcdef.lss", FileNames.segment(0xABCDEF));
    }

    @Test
    void thereIsNoNegativeSegmentAndNoThirdRoot() {
        assertThrows(IllegalArgumentException.class, () -> FileNames.segment(-1));
        assertThrows(IllegalArgumentException.class, () -> FileNames.root(2));
    }

    @ParameterizedTest
    @CsvSource({
        "LOCK, LOCK",
        "measured, MEASUREMENT",
        "measured.tmp, TEMPORARY",
        "root-0, ROOT",
        "root-1, ROOT",
        "root-2, FOREIGN",
        "seg-0000000000000001.lss, SEGMENT",
        "seg-8000000000000000.lss, FOREIGN", // negative
        "seg-000000000000000A.lss, FOREIGN", // upper case: would be a second name of segment 10
        "seg-1.lss, FOREIGN",
        "seg-0000000000000001.lss.bak, FOREIGN",
        "spare-0000000000000001.lss, SPARE",
        "spare-mine.lss, FOREIGN",
        "seg-0000000000000001.lss.tmp, TEMPORARY",
        "root-1.tmp, TEMPORARY",
        "trial.tmp, TEMPORARY",
        "trial-0b3c5b0e-8d1c-4d39-9d2a-3f0f6f0c2f11.tmp, TEMPORARY",
        "trial-0b3c5b0e-8d1c-4d39-9d2a-3f0f6f0c2f11, FOREIGN",
        "trial-mine.tmp, FOREIGN",
        "notes.tmp, FOREIGN",
        "lost+found, SYSTEM",
        "readme.txt, FOREIGN",
    })
    void aNameSaysWhatItsFileIs(String name, Kind kind) {
        assertEquals(kind, FileNames.kindOf(name));
    }
}
