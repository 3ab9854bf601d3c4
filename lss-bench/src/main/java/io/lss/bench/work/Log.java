package io.lss.bench.work;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What everybody's logs have in common: ours, the peers', a bare file. Each gets records in the form that suits it best.
 *
 * <p>A record is {@code recordBytes} long and begins with its stamp: 8 bytes in the byte order of the log's choice. The rest is the same
 * every time ({@link Records}).
 */
public interface Log extends AutoCloseable {

    /** Appends; used by one thread. */
    interface Appender extends AutoCloseable {

        /** Appends a record; it need not be durable yet. */
        void append(long stamp) throws IOException, InterruptedException;

        /** Appends a record and returns when it is durable: it survives the loss of power. */
        void commit(long stamp) throws IOException, InterruptedException;

        @Override
        default void close() throws IOException {}
    }

    /** {@return a way to append for the calling thread} */
    Appender appender() throws IOException;

    /** Returns when everything that was appended is durable. */
    void sync() throws IOException, InterruptedException;

    /**
     * Reads everything back, as after a restart. Called once, before the close; nothing is appended afterwards.
     *
     * @param reader told each record that is still there, in the log's order
     */
    void readBack(Reader reader) throws IOException, InterruptedException;

    /**
     * What was written for what was asked.
     *
     * @param records how many were appended
     * @param payload their bytes
     * @param flushes how many writes
     * @param bytes what those wrote, headers and padding included
     */
    record Traffic(long records, long payload, long flushes, long bytes) {

        /** {@return what came since} */
        Traffic since(Traffic before) {
            return new Traffic(records - before.records, payload - before.payload, flushes - before.flushes, bytes - before.bytes);
        }
    }

    /** {@return what was written so far, or null if that is not counted} */
    default @Nullable Traffic traffic() {
        return null;
    }

    /** {@return whether it forgets its older part, so that not all that was appended comes back} */
    default boolean isTrimmed() {
        return false;
    }

    /** Told what is in a log. */
    interface Reader {
        /**
         * A record.
         *
         * @param stamp its stamp
         * @param length its length in bytes, stamp included
         * @param last its last byte
         */
        void record(long stamp, int length, byte last);
    }

    @Override
    void close() throws IOException;
}
