package io.lss.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The driver says that it is going to sleep and then looks at the current buffer; the first reservation changes the buffer and
 * then looks whether the driver sleeps.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "each sees the other: woken for nothing")
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the driver sleeps -> the reservation wakes it")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "reserved -> the driver sees it and stays awake")
@Outcome(id = "false, false", expect = FORBIDDEN, desc = "neither sees the other: the buffer lingers for ever")
@State
public class FirstReservationAndSleep {
    private final BufferWords words = new BufferWords(8);
    private volatile boolean sleeping;

    public FirstReservationAndSleep() {
        words.open(2);
    }

    @Actor
    public void reserve(ZZ_Result r) {
        words.reserve(3);
        r.r1 = sleeping;
    }

    @Actor
    public void sleep(ZZ_Result r) {
        sleeping = true;
        r.r2 = words.space != 2;
    }
}
