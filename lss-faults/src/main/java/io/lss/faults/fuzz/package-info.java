/**
 * Structure-aware fuzzing of the decoders and of recovery, guided by coverage (Jazzer, in child processes). An input is a small
 * program that changes a real image of a store: fields, units, frames, segments, roots; and then makes checksums and tags right
 * again, so that what is changed gets past them. Everything here reads and writes the format by itself, from
 * {@code docs/FORMAT.md}, and calls none of the engine's descriptors to judge what they say.
 */
@NullMarked
package io.lss.faults.fuzz;

import org.jspecify.annotations.NullMarked;
