package io.lss.api;

/**
 * What {@link LogStructuredStore#verify} has read.
 *
 * @param segments how many segments
 * @param units how many valid flush units
 * @param records how many records in them
 * @param bytes how many bytes were read
 * @param damages how many damages were found
 */
public record VerificationReport(long segments, long units, long records, long bytes, long damages) {}
