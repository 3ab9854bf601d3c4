package io.lss.uring.linux;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Mistakes with memory are told as the JVM tells them. */
class DowncallsTest {

    @Test
    void memoryThatIsGoneIsAnIllegalState() {
        MemorySegment gone;
        try (Arena arena = Arena.ofShared()) {
            gone = arena.allocate(512);
        }
        assertThrows(IllegalStateException.class, () -> FileCalls.pread(new ErrnoCapture(), -1, gone, 0));
    }

    @Test
    void memoryOfAnotherThreadIsTheWrongThread() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mine = arena.allocate(512);
            Throwable[] thrown = new Throwable[1];
            Thread other = Thread.ofPlatform().start(() ->
                    thrown[0] = assertThrows(Throwable.class, () -> FileCalls.pread(new ErrnoCapture(), -1, mine, 0)));
            other.join();
            assertSame(WrongThreadException.class, thrown[0].getClass());
        }
    }
}
