package io.lss.core.recovery;

/**
 * Which copy of the root is written first, so that at every moment one of them is whole on the medium itself.
 *
 * <p>The root with sequence number n goes to copy {@code n & 1} first, and to the other when that is durable. A process that is
 * killed leaves copies that can be read and are not durable yet: the next owner sees them, and power loss takes them back or tears
 * them. So the next owner must not overwrite the only copy that is durable. What it finds tells it which one that is:
 *
 * <table>
 * <caption>what is found, and which copy is overwritten next</caption>
 * <tr><th>found</th><th>durable for certain</th><th>overwritten first</th></tr>
 * <tr><td>n and n</td><td>copy n &amp; 1: the other was begun after it</td><td>the other</td></tr>
 * <tr><td>n and n - 1</td><td>n - 1: n was begun after it</td><td>that with n, in place</td></tr>
 * <tr><td>one whole, one not</td><td>the whole one: the other was begun after it, or is rotten</td><td>the other</td></tr>
 * </table>
 *
 * <p>Numbers may be left out, so the next number is the first whose parity names that copy.
 */
public final class RootOrder {

    private RootOrder() {}

    /**
     * {@return the copy to which the root with a sequence number is written first}
     *
     * @param sequence the number
     */
    public static int firstCopy(long sequence) {
        return (int) (sequence & 1);
    }

    /**
     * {@return the first number after another that is written first to a given copy}
     *
     * @param sequence the number before
     * @param copy 0 or 1
     */
    public static long next(long sequence, int copy) {
        return firstCopy(sequence + 1) == copy ? sequence + 1 : sequence + 2;
    }
}
