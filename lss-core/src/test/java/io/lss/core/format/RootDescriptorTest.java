package io.lss.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lss.api.LogStructuredStore;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Root copies. */
class RootDescriptorTest {

    @Test
    void whatIsWrittenIsRead() {
        Root root = Samples.root();
        assertEquals(new RootImage.Valid(root), RootDescriptor.decode(RootDescriptor.encode(root)));
        Root full = root.withAppRoot(new byte[LogStructuredStore.MAX_ROOT_LENGTH]).withSequence(Long.MAX_VALUE);
        Arrays.fill(full.appRoot(), (byte) -1);
        assertEquals(new RootImage.Valid(full), RootDescriptor.decode(RootDescriptor.encode(full)));
    }

    @Test
    void everyFlippedBitIsDetected() {
        byte[] image = RootDescriptor.encode(Samples.root());
        for (int bit = 0; bit < image.length * Byte.SIZE; bit++) {
            byte[] damaged = image.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertInstanceOf(RootImage.Invalid.class, RootDescriptor.decode(damaged), "bit " + bit);
        }
    }

    @Test
    void anImageOfAnotherLengthIsNoRoot() {
        byte[] image = RootDescriptor.encode(Samples.root());
        for (int length : new int[] {0, 1, 4095, 4097}) {
            assertInstanceOf(RootImage.Invalid.class, RootDescriptor.decode(Arrays.copyOf(image, length)));
        }
    }

    @Test
    void zerosAreNoRoot() {
        assertInstanceOf(RootImage.Invalid.class, RootDescriptor.decode(new byte[RootDescriptor.LENGTH]));
    }

    @Test
    void whatNoReaderWouldAcceptIsNotWritten() {
        Root root = Samples.root();
        assertThrows(IllegalArgumentException.class, () -> RootDescriptor.encode(root.withBeginLsn(root.stableLsn() + 8, root.stableLsn())));
        assertThrows(IllegalArgumentException.class, () -> RootDescriptor.encode(root.withStableLsn(root.stableLsn() + 8)));
        assertThrows(IllegalArgumentException.class, () -> RootDescriptor.encode(root.withStableLsn(root.predecessorEnd() - 4096)));
        assertThrows(IllegalArgumentException.class, () -> RootDescriptor.encode(root.withAppRoot(new byte[3073])));
        assertThrows(IllegalArgumentException.class, () -> RootDescriptor.encode(root.withSequence(0)));
    }
}
