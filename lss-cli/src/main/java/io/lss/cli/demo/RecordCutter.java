package io.lss.cli.demo;

import java.util.SplittableRandom;

/**
 * Cuts the corpus into the records of one writer, for ever: at the end it begins again at the first file. Two cutters
 * made alike give the same records, so that loader and verifier need not tell each other. A record never spans two
 * files. Used by one thread.
 */
final class RecordCutter {
    /** How long records are. */
    enum Shape {
        /** From 64 bytes to 64 KiB, most of them from 100 bytes to 4 KiB. */
        MIXED,
        /** 256 bytes, unless the file ends. */
        COMMIT
    }

    /** The longest record. */
    static final int MAX_RECORD = 64 << 10;

    static final int COMMIT_RECORD = 256;

    private static final int MIN_RECORD = RecordImage.HEADER_BYTES + 16;

    private final Corpus corpus;
    private final Shape shape;
    private final int writer;
    private final SplittableRandom random;
    private int file;
    private long offset;
    private long sequence;
    private long bytes;

    /**
     * A cutter at its first record.
     *
     * @param corpus what to cut
     * @param shape how
     * @param seed makes the lengths
     * @param writer whose records they are
     * @param start the position in the corpus to begin at
     */
    RecordCutter(Corpus corpus, Shape shape, long seed, int writer, long start) {
        this.corpus = corpus;
        this.shape = shape;
        this.writer = writer;
        random = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * (writer + 1L));
        file = corpus.fileAt(start);
        offset = start - corpus.startOf(file);
    }

    /** {@return the next record} */
    Cut next() {
        long left = corpus.files().get(file).length() - offset;
        Cut cut = new Cut(writer, sequence, file, offset, (int) Math.min(left, length() - RecordImage.HEADER_BYTES));
        sequence++;
        bytes += cut.recordLength();
        offset += cut.length();
        if (cut.length() == left) {
            offset = 0;
            file = file + 1 == corpus.files().size() ? 0 : file + 1;
        }
        return cut;
    }

    /** {@return how many records were given out} */
    long sequence() {
        return sequence;
    }

    /** {@return their length in the store} */
    long bytes() {
        return bytes;
    }

    private int length() {
        if (shape == Shape.COMMIT) {
            return COMMIT_RECORD;
        }
        int kind = random.nextInt(100);
        if (kind < 5) {
            return between(MIN_RECORD, 100);
        }
        if (kind < 65) {
            return between(100, 1 << 10);
        }
        return kind < 97 ? between(1 << 10, 4 << 10) : between(4 << 10, MAX_RECORD);
    }

    /** Evenly over the orders of magnitude: short ones are more frequent. */
    private int between(int low, int high) {
        double octaves = Math.log((double) high / low);
        return Math.min(high, (int) (low * Math.exp(random.nextDouble() * octaves)));
    }
}
