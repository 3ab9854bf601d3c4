package io.lss.api;

/**
 * Something in a store that is not as it should be, as {@link LogStructuredStore#verify} finds it.
 *
 * @param lsn where it begins
 * @param reason what it is, with segment and position
 */
public record Damage(long lsn, String reason) {}
