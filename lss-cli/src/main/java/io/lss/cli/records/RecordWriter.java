package io.lss.cli.records;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lss.cli.frame.Reporting;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import picocli.CommandLine.Option;

/** A mixin: in which form {@code cat} and {@code tail} write records to standard output. */
public final class RecordWriter {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = RecordFormat.Names.class,
            description = "lines (default), u32le or u32be: a record is preceded by its length, four bytes, the lowest"
                    + " or the highest first. Only with a length is a record that holds a line feed seen as one.")
    private RecordFormat format = RecordFormat.LINES;

    @Option(names = "--lsn", description = "With lines: put the LSN and a tab before each record.")
    private boolean lsn;

    /** Made by the command line parser. */
    public RecordWriter() {}

    /** Refuses what does not go together. */
    void check(Reporting reporting) {
        if (lsn && format != RecordFormat.LINES) {
            throw reporting.wrong("--lsn goes with --format lines only");
        }
    }

    /** Writes a record, into a buffer. */
    void write(Reporting reporting, long at, MemorySegment record) throws IOException {
        OutputStream out = reporting.streams().out();
        if (reporting.isJson()) {
            out.write((RecordText.json(at, record) + "\n").getBytes(US_ASCII));
            return;
        }
        if (lsn) {
            out.write((at + "\t").getBytes(US_ASCII));
        }
        format.write(out, record);
    }
}
