package io.lss.faults.load;

/**
 * A run of the load that has ended, and that the oracle has not looked at.
 *
 * @param number of the run; in all its records
 * @param claims what it says it did
 */
public record Run(int number, Claims claims) {}
