package io.lss.cli;

/**
 * What a person sees who looks at a terminal: the few controls that the command may use, and an error for every other, which would be garbage on
 * somebody's screen. Lines that were scrolled away count.
 */
final class TerminalScreen {
    private static final char ESCAPE = '\033';
    private static final int TAB = 8;

    private final int columns;
    private final StringBuilder above = new StringBuilder();
    private final StringBuilder line = new StringBuilder();
    private int column;
    private boolean wraps = true;

    TerminalScreen(int columns) {
        this.columns = columns;
    }

    /** Takes what a process wrote, in whole sequences. */
    void write(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                i += control(text, i);
            } else if (c == '\r') {
                column = 0;
            } else if (c == '\n') {
                feed();
            } else if (c == '\t') {
                column = Math.min(columns - 1, (column / TAB + 1) * TAB);
            } else if (c >= ' ' && c < 0x7F) {
                show(c);
            } else {
                throw new AssertionError("control character " + (int) c + " at " + i + " of: " + text);
            }
        }
    }

    /** {@return how many characters follow the escape} */
    private int control(String text, int at) {
        if (text.startsWith("[K", at + 1)) {
            line.setLength(Math.min(line.length(), column));
            return 2;
        }
        if (text.startsWith("[?7l", at + 1) || text.startsWith("[?7h", at + 1)) {
            wraps = text.charAt(at + 4) == 'h';
            return 4;
        }
        throw new AssertionError("control sequence at " + at + " of: " + text.replace(ESCAPE, '^'));
    }

    private void show(char c) {
        if (column == columns) {
            if (wraps) {
                feed();
                column = 0;
            } else {
                column--;
            }
        }
        while (line.length() <= column) {
            line.append(' ');
        }
        line.setCharAt(column, c);
        column++;
    }

    private void feed() {
        above.append(line.toString().stripTrailing()).append('\n');
        line.setLength(0);
    }

    /** {@return the lines, when the command has ended and the next prompt can come} */
    String text() {
        if (column != 0 || !line.toString().isBlank() || !wraps) {
            throw new AssertionError("the prompt would be at column " + column + " of '" + line + "', wrapping: " + wraps);
        }
        return above.toString();
    }
}
