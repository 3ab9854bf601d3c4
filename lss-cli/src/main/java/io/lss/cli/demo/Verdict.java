package io.lss.cli.demo;

import io.lss.cli.demo.Verifier.Finding;
import java.util.List;

/**
 * What a {@link Verifier} found.
 *
 * @param records how many records were looked at
 * @param bytes their length
 * @param faults how much is wrong
 * @param findings the first of it
 * @param recovered for each writer, how many of its records are there
 */
record Verdict(long records, long bytes, long faults, List<Finding> findings, List<Long> recovered) {
    boolean isGood() {
        return faults == 0;
    }
}
