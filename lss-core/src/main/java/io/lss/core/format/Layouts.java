package io.lss.core.format;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How the words of the format lie in memory: little-endian, at any address. */
final class Layouts {

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Layouts() {}
}
