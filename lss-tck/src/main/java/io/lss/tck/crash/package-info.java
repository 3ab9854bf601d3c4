/**
 * Crash tests for store engines on the {@linkplain io.lss.tck.sim simulated device}: generated programs, an oracle, and three ways to
 * torment an engine.
 *
 * <ul>
 *   <li>{@link io.lss.tck.crash.CrashSweep} runs a {@link io.lss.tck.crash.Program} once and takes, at every operation of the device,
 *       several of the disks that a crash may leave there. Each is opened, checked, appended to, crashed or closed, and opened
 *       again; some are crashed at every operation of that recovery, too.</li>
 *   <li>{@link io.lss.tck.crash.FaultSweep} runs a program again and again and lets the first, second, ... operation fail, until no
 *       fault strikes any more.</li>
 *   <li>{@link io.lss.tck.crash.RotSweep} damages every block that a program has left.</li>
 * </ul>
 *
 * <h2>The oracle</h2>
 * Acknowledged is a subset of recovered; recovered is a subset of published, byte for byte and at the same LSNs; no record is missing
 * below one that is recovered; a batch is there whole or not at all; root and begin are the last acknowledged or one that was
 * being tried; what was told to be stable by one recovery is there after the next; a recovered store takes appends. A crash never
 * looks like corruption, corruption never like a shorter log. The engine keeps its side of the flush SPI.
 *
 * <h2>Replay</h2>
 * A program is a function of its seed, and everything that happens to it a function of the program: the engine is
 * caller-driven by one thread, the device lives in virtual time, and even {@link java.security.SecureRandom} is seeded for the
 * threads that run a sweep. A {@link io.lss.tck.crash.Counterexample} names the seed and the way to the violation, and
 * shows the program with all steps taken out that it does not need.
 *
 * <h2>Use</h2>
 * <pre>{@code
 * CrashSweep sweep = CrashSweep.of(engine);
 * for (long seed = 0; sweep.report().distinctImages() < 20_000; seed++) {
 *     sweep.run(Program.random(seed)).ifPresent(found -> fail(found.toString()));
 * }
 * System.out.println(sweep.report());
 * }</pre>
 */
package io.lss.tck.crash;
