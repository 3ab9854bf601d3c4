package io.lss.cli.records;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * When {@code append} waits until records are stable, and tells so.
 *
 * @param records after how many; {@link Long#MAX_VALUE}: not before the end
 * @param isTimed whether it tells twice a second what has become stable without its waiting
 */
record SyncPolicy(long records, boolean isTimed) {

    /** Reads one. */
    static final class Converter implements ITypeConverter<SyncPolicy> {
        Converter() {}

        @Override
        public SyncPolicy convert(String text) {
            return switch (text) {
                case "auto" -> new SyncPolicy(Long.MAX_VALUE, true);
                case "end" -> new SyncPolicy(Long.MAX_VALUE, false);
                case "each" -> new SyncPolicy(1, false);
                default -> new SyncPolicy(number(text), false);
            };
        }

        private static long number(String text) {
            try {
                long number = Long.parseLong(text);
                if (number > 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            throw new TypeConversionException("'" + text + "' is neither auto, each, end, nor a number of records from 1");
        }
    }
}
