package io.lss.tck.crash;

/**
 * How much was tried.
 *
 * @param programs programs run
 * @param moments operations of devices at which crashes were tried
 * @param images disks that were recovered from
 * @param imagesInRecovery those of them that a crash during a recovery left
 * @param distinctImages different contents of these disks, by hash
 * @param opens how often a store was opened
 */
public record CrashReport(long programs, long moments, long images, long imagesInRecovery, long distinctImages, long opens) {

    @Override
    public String toString() {
        return programs + " programs, crashes at " + moments + " operations, " + images + " disks recovered (" + imagesInRecovery
                + " of them left by a crash during recovery), " + distinctImages + " distinct disk images, " + opens + " opens";
    }
}
