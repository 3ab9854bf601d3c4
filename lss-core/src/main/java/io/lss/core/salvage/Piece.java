package io.lss.core.salvage;

import io.lss.core.format.FrameDescriptor;

/**
 * A frame of a damaged stretch that has its place in the new store.
 *
 * @param position of its first byte in the segment
 * @param length of its payload, in bytes
 * @param kept whether it is there as it was; otherwise only its place is known, and a filler takes it
 */
record Piece(long position, int length, boolean kept) {

    /** {@return the position behind it, padding included} */
    long end() {
        return position + FrameDescriptor.frameLength(length);
    }
}
