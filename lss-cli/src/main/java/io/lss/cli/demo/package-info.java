/**
 * {@code lss demo}: loads real data in a child process, kills that process while it writes, and proves that the store
 * kept what it had acknowledged.
 *
 * <p>In reading order: {@link io.lss.cli.demo.DemoCommand} (options), {@code Demo} (the story), {@code Corpus} (the
 * files), {@code RecordCutter} (files into records), {@code RecordImage} (a record's bytes), {@code Loader} (the
 * child), {@code ControlPage} (what the child tells, readable after its death), {@code Victim} (the child, seen from
 * the parent), {@code Verifier} (is every acknowledged record there, and nothing else), {@code BulkLoad}, {@code
 * CommitMeasurement} and {@code RandomReads} (the measurements).
 */
package io.lss.cli.demo;
