/**
 * A storage device in memory that does everything the flush SPI allows a device to do, at the worst moment, and the
 * same again for the same seed.
 *
 * <h2>What is simulated</h2>
 * A {@link io.lss.tck.sim.SimulatedMedium} is the disk. It outlives the devices opened on it. Each file has two planes:
 * the <em>volatile</em> plane is what reads see, the <em>durable</em> plane is what certainly survives power loss. A
 * write moves content into the volatile plane when it completes; a sync that completes moves into the durable plane
 * what had completed before it was asked for (F3). The name space (which segments exist) has two planes as well; the correct
 * device makes every change to it durable before it returns (F9).
 *
 * <h2>What a crash leaves</h2>
 * <table>
 *   <caption>The fate of everything that is not certainly durable</caption>
 *   <tr><th>what</th><th>power loss: {@code crash}</th><th>process death: {@code kill}</th></tr>
 *   <tr><td>completed write, not synced</td>
 *       <td>kept, lost, or any subset of its blocks</td><td>there, not durable</td></tr>
 *   <tr><td>write queued or in flight</td>
 *       <td>the same</td><td>the same, or still to come ({@code landLateWrites})</td></tr>
 *   <tr><td>write whose sync failed, or that failed itself</td>
 *       <td>the same</td><td>the same, decided by the next open</td></tr>
 *   <tr><td>segment being created or deleted</td>
 *       <td>done or not done</td><td>done or not done, not durable</td></tr>
 *   <tr><td>root copy being written</td>
 *       <td>old, new, or a mixture of 512-byte sectors, noise included</td><td>the same</td></tr>
 * </table>
 * Both give a new, independent medium and leave the old one as it is, so that many possible disks can be taken from one
 * moment. They cost microseconds: files share immutable blocks.
 *
 * <h2>Use</h2>
 * <pre>{@code
 * var medium = SimulatedMedium.blank(SimulatedSettings.builder().seed(7)
 *         .faults(SimulatedFaults.none().crashAt(57)).build());
 * URI at = SimulatedProvider.register(medium);
 * try (var store = LogStructuredStore.open(at, options)) {
 *     ...                                              // fails at the 57th operation of the device
 * } catch (IOException e) {
 *     if (!medium.crashed()) throw e;
 * }
 * assertEquals(List.of(), medium.violations());        // the engine kept its side of the SPI
 * SimulatedProvider.replace(at, medium.crash(1));      // one of the disks this may leave
 * try (var store = LogStructuredStore.open(at, options)) {
 *     ...                                              // acknowledged is a subset of recovered, and so on
 * }
 * SimulatedProvider.unregister(at);
 * }</pre>
 *
 * <h2>Threads</h2>
 * With {@link io.lss.tck.sim.Timing#VIRTUAL} everything happens on the calling threads in virtual time, so one driving
 * thread means one history. All public classes are safe for use by many threads in every mode; only then the history is
 * no longer a function of the seed alone.
 */
package io.lss.tck.sim;
