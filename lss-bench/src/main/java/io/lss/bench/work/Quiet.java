package io.lss.bench.work;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the libraries' logs out of the tables; warnings show. */
public final class Quiet {

    /** Loggers are held weakly by the platform; the level is lost with the logger. */
    private static final Logger ROOT = Logger.getLogger("");

    private Quiet() {}

    /** Shows warnings only. */
    public static void logs() {
        ROOT.setLevel(Level.WARNING);
    }
}
