package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.uring.Preallocation.Way;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreallocationTest {

    private static final long SEGMENT = 64 << 20;
    private static final long SECOND = 1_000_000_000;

    @Test
    void aFastLogIsNotFilledAheadOfAndASlowOneIs() {
        Preallocation auto = new Preallocation(Way.AUTO, 0);
        auto.filled(SEGMENT, SECOND / 50); // 20 ms: so a segment may take 160 ms, or it is too fast
        assertTrue(auto.fillsAhead(SEGMENT, SECOND));
        assertFalse(auto.fillsAhead(SEGMENT, SECOND + SECOND / 10));
        assertFalse(auto.fillsAhead(SEGMENT, SECOND + 2 * SECOND / 10), "since the one before, not since the one that was filled");
        assertTrue(auto.fillsAhead(SEGMENT, SECOND + 4 * SECOND / 10));
    }

    @Test
    void aDiskThatTurnsOutSlowIsSparedLonger() {
        Preallocation auto = new Preallocation(Way.AUTO, 0);
        auto.filled(SEGMENT, SECOND);
        assertFalse(auto.fillsAhead(SEGMENT, 7 * SECOND));
        assertTrue(auto.fillsAhead(SEGMENT, 15 * SECOND));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nobodyIsKeptWaitingForZerosUnlessThatWasAskedFor(Way way) {
        assertEquals(way == Way.ZERO, new Preallocation(way, 0).fillsNow());
        assertEquals(way == Way.ZERO, new Preallocation(way, 0).fillsAhead(SEGMENT, 0));
        assertEquals(way != Way.FALLOCATE, new Preallocation(way, 0).fillsAhead(SEGMENT, 1000 * SECOND));
        assertEquals(way, Way.of(way.word()));
    }
}
