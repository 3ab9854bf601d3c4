package io.lss.core.salvage;

/** Told what a salvage finds while it goes on, in the order of LSNs but for the ends of the log. */
public interface SalvageObserver {

    /**
     * Something is lost.
     *
     * @param loss what
     */
    void lost(Loss loss);

    /**
     * Something was damaged, and nothing is lost by it.
     *
     * @param repair what
     */
    void repaired(Repair repair);

    /**
     * Something that a person should know and that is neither.
     *
     * @param text one line
     */
    void note(String text);

    /**
     * How far it is.
     *
     * @param lsn up to which the old log has been worked through
     */
    void progress(long lsn);
}
