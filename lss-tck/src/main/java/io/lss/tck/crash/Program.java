package io.lss.tck.crash;

import io.lss.api.StoreOptions;
import io.lss.tck.sim.SimulatedSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of calls to a store, with the options of the store and the temper of the device: all of it a function of a seed.
 * Immutable.
 */
public final class Program {

    private final long seed;
    private final StoreOptions options;
    private final SimulatedSettings device;
    private final List<Step> steps;

    Program(long seed, StoreOptions options, SimulatedSettings device, List<Step> steps) {
        this.seed = seed;
        this.options = options;
        this.device = device;
        this.steps = List.copyOf(steps);
    }

    /**
     * {@return the program of a seed} Four seeds in a row have all combinations of write mode and durability; otherwise nothing is
     * to be read from a seed.
     *
     * @param seed any number
     */
    public static Program random(long seed) {
        return new ProgramGenerator(seed).generate(true);
    }

    /**
     * {@return the same kind of program, in which nothing goes wrong: no crash, no full disk}
     *
     * @param seed any number
     */
    public static Program calm(long seed) {
        return new ProgramGenerator(seed).generate(false);
    }

    /** {@return what it was made from} */
    public long seed() {
        return seed;
    }

    /** {@return how stores are opened} */
    public StoreOptions options() {
        return options;
    }

    /** {@return how the device behaves} */
    public SimulatedSettings device() {
        return device;
    }

    /** {@return how many steps it has} */
    public int length() {
        return steps.size();
    }

    List<Step> steps() {
        return steps;
    }

    /**
     * {@return this program with other store options}
     *
     * @param other the options; caller-driven
     */
    public Program withOptions(StoreOptions other) {
        return new Program(seed, other, device, steps);
    }

    /**
     * {@return this program on another device}
     *
     * @param other its settings
     */
    public Program withDevice(SimulatedSettings other) {
        return new Program(seed, options, other, steps);
    }

    /** {@return this program without some steps} */
    Program without(int from, int to) {
        List<Step> rest = new ArrayList<>(steps.subList(0, from));
        rest.addAll(steps.subList(to, steps.size()));
        return new Program(seed, options, device, rest);
    }

    /** {@return the whole program, one line for each step} */
    @Override
    public String toString() {
        var text = new StringBuilder("program ").append(seed);
        text.append("\n  options: ").append(options.durability()).append(", ").append(options.writeMode()).append(", ");
        text.append(options.buffers()).append(" buffers of ").append(options.bufferSize()).append(" bytes, linger ");
        text.append(options.linger()).append(", reservation timeout ").append(options.reservationTimeout());
        text.append(options.checked() ? ", checked" : "").append("\n  device: ").append(device);
        for (int i = 0; i < steps.size(); i++) {
            text.append("\n  ").append(i + 1).append(". ").append(steps.get(i));
        }
        return text.toString();
    }
}
