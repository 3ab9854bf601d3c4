package io.lss.cli.demo;

/**
 * A record to be: which bytes of which file, and whose it is.
 *
 * @param writer the thread that appends it
 * @param sequence how many records the writer has before it
 * @param file index of the file in the corpus
 * @param offset of its first byte in the file
 * @param length how many bytes of the file
 */
record Cut(int writer, long sequence, int file, long offset, int length) {
    /** {@return the length of the record in the store, in bytes} */
    int recordLength() {
        return RecordImage.HEADER_BYTES + length;
    }
}
