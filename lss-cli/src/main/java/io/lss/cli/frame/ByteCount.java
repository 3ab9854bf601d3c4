package io.lss.cli.frame;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes on the command line: digits, and K, M or G for the powers of 1024.
 *
 * @param bytes the number
 */
public record ByteCount(long bytes) {

    /** Reads one. */
    static final class Converter implements ITypeConverter<ByteCount> {
        Converter() {}

        @Override
        public ByteCount convert(String text) {
            String upper = text.toUpperCase(Locale.ROOT);
            int unit = upper.isEmpty() ? -1 : "KMG".indexOf(upper.charAt(upper.length() - 1));
            String digits = unit < 0 ? upper : upper.substring(0, upper.length() - 1);
            try {
                return new ByteCount(Math.multiplyExact(Long.parseLong(digits), 1L << (10 * (unit + 1))));
            } catch (NumberFormatException | ArithmeticException e) {
                throw new TypeConversionException("'" + text + "' is no number of bytes, such as 65536, 64K, 1M or 1G");
            }
        }
    }

    /**
     * Makes a parser know them.
     *
     * @param parser which
     */
    public static void registerAt(CommandLine parser) {
        parser.registerConverter(ByteCount.class, new Converter());
    }
}
