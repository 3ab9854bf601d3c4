package io.lss.faults.load;

/**
 * A moment in the life of a device at which the process dies by SIGKILL.
 *
 * @param operation which operations are counted
 * @param phase before it is handed to the device, while the device is at it, or when it has ended and nobody has been told
 * @param count which one of them, from 1; 0 is never
 */
public record Moment(Operation operation, Phase phase, int count) {

    /** No such moment comes. */
    public static final Moment NEVER = new Moment(Operation.ANY, Phase.BEFORE, 0);

    /** What a device is asked to do. */
    public enum Operation {
        /** Of a flush unit, segment header or mark. */
        WRITE,
        /** Of a segment. */
        SYNC,
        /** A roll: a segment is created. */
        CREATE,
        /** A segment is finished. */
        FINISH,
        /** A trim: a segment is deleted. */
        DELETE,
        /** One copy of the root is written. */
        ROOT,
        /** Any of all these, or an opening or read of what is there: the first ones after the store is opened are recovery's. */
        ANY
    }

    /** When, in relation to the operation. */
    public enum Phase {
        /** The device does not know of it yet. */
        BEFORE,
        /** The device is at it. */
        WITHIN,
        /** It has ended. */
        AFTER
    }

    String text() {
        return operation + ":" + phase + ":" + count;
    }

    static Moment parse(String text) {
        String[] words = text.split(":", -1);
        return new Moment(Operation.valueOf(words[0]), Phase.valueOf(words[1]), Integer.parseInt(words[2]));
    }
}
