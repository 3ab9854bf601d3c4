package io.lss.bench.store;

import io.lss.api.StoreOptions;
import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.util.List;

/** The store with each of its providers, everything at its default but what a record's length asks for. */
public final class StoreSubjects {

    /** Flush buffers hold at least so many records. */
    private static final int RECORDS_PER_BUFFER = 4;

    private StoreSubjects() {}

    /** {@return all} */
    public static List<Subject> all() {
        return List.of(subject("uring"), subject("filechannel"));
    }

    /** {@return FileChannel on files whose space is not reserved: each byte is written once in growth, but a disk that others fill fails the store} */
    public static Subject sparse() {
        return new Subject(
                "lss-filechannel-sparse",
                "LSS filechannel, sparse",
                "of this tree",
                "preallocate=sparse, else as LSS filechannel",
                List.of(),
                (directory, work) -> new StoreLog(
                        directory, options("filechannel", work).toBuilder().providerProperty("preallocate", "sparse").build(), work));
    }

    private static Subject subject(String provider) {
        return new Subject(
                "lss-" + provider,
                "LSS " + provider,
                "of this tree",
                "default options (longer buffers and segments for records over 256 KiB; commits on blocks written before, preallocate=zero), SYNC, every "
                        + "record with CRC32C",
                List.of(),
                (directory, work) -> new StoreLog(directory, options(provider, work), work));
    }

    /** {@return defaults; longer buffers and segments where a record needs them; committers get blocks written before, as recycling gives them} */
    static StoreOptions options(String provider, Work work) {
        StoreOptions.Builder options = StoreOptions.builder().provider(provider);
        if (work.recordBytes() > (1 << 20) / RECORDS_PER_BUFFER) {
            options.bufferSize(RECORDS_PER_BUFFER * Integer.highestOneBit(work.recordBytes()) * 2).buffers(4).segmentSize(256L << 20);
        }
        if (work.kind() == Work.Kind.COMMIT && work.steady()) {
            options.providerProperty("preallocate", "zero");
        }
        return options.build();
    }
}
