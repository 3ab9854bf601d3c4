package io.lss.cli.demo;

/**
 * What one writer did, as it says itself.
 *
 * @param begun how many records it had begun to publish
 * @param acknowledged how many of them the store had acknowledged as stable
 * @param acknowledgedLsn the highest LSN among those, or -1 if there is none
 */
record Claim(long begun, long acknowledged, long acknowledgedLsn) {
    /** {@return the claim of a writer whose records are all stable} */
    static Claim allStable(long records, long lastLsn) {
        return new Claim(records, records, lastLsn);
    }
}
