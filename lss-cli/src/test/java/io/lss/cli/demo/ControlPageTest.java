package io.lss.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPageTest {
    @TempDir
    private Path directory;

    @Test
    void whatOneSideTellsTheOtherReads() throws IOException {
        Path file = directory.resolve("page");
        ControlPage parent = ControlPage.open(file, 2);
        ControlPage child = ControlPage.open(file, 2);

        child.state(ControlPage.LOADING);
        child.begin(0, 8);
        child.published(0, 7, 700);
        child.stable(0, 5, 500, 4096);
        child.begin(1, 4);
        child.published(1, 3, 30);
        child.stable(1, 2, 20, 8192);

        assertEquals(ControlPage.LOADING, parent.state());
        assertEquals(new Claim(8, 5, 4096), parent.claim(0));
        assertEquals(new Claim(4, 2, 8192), parent.claim(1));
        assertEquals(10, parent.publishedRecords());
        assertEquals(730, parent.publishedBytes());
        assertEquals(7, parent.stableRecords());
        assertEquals(520, parent.stableBytes());
    }

    @Test
    void nothingIsClaimedBeforeAnythingIsTold() throws IOException {
        ControlPage page = ControlPage.open(directory.resolve("page"), 1);
        assertEquals(ControlPage.STARTING, page.state());
        assertEquals(new Claim(0, 0, -1), page.claim(0));
    }

    @Test
    void acknowledgementsFollowTheWatermarkWithoutRunningAheadOfIt() throws IOException {
        ControlPage page = ControlPage.open(directory.resolve("page"), 1);
        Acknowledgements told = new Acknowledgements(page, 0);
        for (int i = 0; i < 100; i++) {
            told.begin();
            told.published(1000 + i, 10);
        }
        told.stableBelow(1000);
        assertEquals(0, page.stableRecords());
        for (long watermark = 1001; watermark <= 1100; watermark++) {
            told.stableBelow(watermark);
            Claim claim = page.claim(0);
            assertEquals(100, claim.begun());
            // The record at LSN 1000 + n is number n: below the watermark, and all before it.
            assertEquals(true, claim.acknowledged() <= watermark - 1000);
            assertEquals(claim.acknowledged() == 0 ? -1 : 999 + claim.acknowledged(), claim.acknowledgedLsn());
        }
        assertEquals(96, page.stableRecords());
        told.allStable();
        assertEquals(new Claim(100, 100, 1099), page.claim(0));
        assertEquals(1000, page.stableBytes());
    }
}
