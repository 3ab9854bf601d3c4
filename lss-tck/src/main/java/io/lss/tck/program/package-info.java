/**
 * Random use of a store, checked call by call against a plain model. Not exported: {@link io.lss.tck} makes a property of it for any
 * store, {@link io.lss.tck.crash} crash tests for engines.
 */
package io.lss.tck.program;
