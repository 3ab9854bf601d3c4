package io.lss.tck.crash;

/**
 * A violation, and how to see it again.
 *
 * @param violation what is wrong; begins with the rule of {@code docs/SPEC.md}, where one has a number
 * @param way how it came about: step, operation of the device, disk and its seed, and so on inwards
 * @param program the program, without the steps that are not needed
 * @param originalLength how many steps the program had that its seed gives
 */
public record Counterexample(String violation, String way, Program program, int originalLength) {

    /** {@return all of it; {@code Program.random(seed)} is the program before steps were taken out} */
    @Override
    public String toString() {
        return violation + "\n  when: " + way + "\n" + program + "\n  (taken from " + originalLength + " steps; the seed is " + program.seed() + ")";
    }
}
