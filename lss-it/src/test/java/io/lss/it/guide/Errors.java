package io.lss.it.guide;

import io.lss.api.LogStructuredStore;
import io.lss.api.NoProviderException;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFencedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.api.StoreVersionException;
import java.io.IOException;
import java.time.Duration;

/** What a program does about each error. */
final class Errors {

    private Errors() {}

    /** What comes next. */
    enum Next {
        /** Free space, or trim, and append again. */
        MAKE_ROOM,
        /** Close the store, mend the cause, open it again; what was not acknowledged has to be looked up and perhaps repeated. */
        REOPEN,
        /** Stop this thread's work; the store is as it was. */
        STOP,
        /** A person has to do something; the message says what. */
        ASK
    }

    static Next next(StoreException e) {
        return switch (e) { // sealed: without a default the compiler says if a kind is missing
            case StoreFullException _ -> Next.MAKE_ROOM;
            case StoreFailedException _ -> Next.REOPEN;
            case StoreInterruptedException _ -> Next.STOP; // the interrupt status is still set
            case StoreClosedException _ -> Next.STOP;
            case StoreFencedException _ -> Next.STOP; // somebody else owns the store now
            case StoreCorruptException _ -> Next.ASK;
            case StoreLockedException _ -> Next.ASK;
            case StoreLocationException _ -> Next.ASK;
            case StoreVersionException _ -> Next.ASK;
            case NoProviderException _ -> Next.ASK;
        };
    }

    /** Appends. Where there is no space, gives up the records that nobody needs and tries again for a while. */
    static long appendOrTrim(LogStructuredStore log, byte[] record, long oldestNeeded, Duration patience)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return log.append(record);
            } catch (StoreFullException full) {
                if (System.nanoTime() - deadline >= 0) {
                    throw full; // its message says how many bytes are missing, and where
                }
                log.trimBefore(oldestNeeded); // works on a full disk
                Thread.sleep(10);             // space comes back segment by segment, or by somebody else
            }
        }
    }
}
