/** Records in and out of a store: {@code append}, {@code cat}, {@code tail}, and how records are told apart in a stream of bytes. */
package io.lss.cli.records;
