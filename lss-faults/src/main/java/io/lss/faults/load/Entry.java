package io.lss.faults.load;

/**
 * A record that is there: where, and whose.
 *
 * @param lsn its address
 * @param run the run that published it
 * @param thread the thread of that run
 * @param number the record's number in that thread, from 1
 */
public record Entry(long lsn, int run, int thread, int number) {}
