package io.lss.tck.sim;

/**
 * The middle of an operation: it has begun, nothing of it is certain.
 *
 * @param device whose operation it is
 * @param ordinal the operation's number among all of that device, from 1
 * @param kind what it is
 */
public record Moment(SimulatedDevice device, long ordinal, OperationKind kind) {}
