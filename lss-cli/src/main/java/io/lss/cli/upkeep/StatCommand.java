package io.lss.cli.upkeep;

import io.lss.cli.ExitCode;
import io.lss.cli.frame.Reporting;
import io.lss.cli.live.LiveStore;
import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Quantity;
import io.lss.cli.text.Screen;
import io.lss.core.format.Root;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lss stat}: what a store's root and files say. */
@Command(
        name = "stat",
        description = {"Says what a store is, how far its log reaches, how it was left, and what space it takes.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "This reads the root and the names and sizes of the files; it neither opens, locks nor changes the store, which"
                    + " may be in use. It is quick, and no proof that the records are sound: 'lss verify' reads them.",
            "'stable' is the highest LSN that the root has on record; after a crash the log may reach further, which is"
                    + " found when the store is opened.",
            "",
            "Examples:",
            "  lss stat data",
            "  lss stat --json data | jq .stable"
        })
public final class StatCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "STORE", description = "The directory of the store.")
    private Path path = Path.of("");

    @Mixin
    private Reporting reporting = new Reporting();

    /** Made by the command line parser. */
    public StatCommand() {}

    @Override
    public Integer call() throws IOException {
        LiveStore store = new LiveStore(path);
        Root root = store.root();
        List<Long> segments = store.segments(root);
        long bytes = 0;
        for (long number : segments) {
            bytes += size(store.file(number));
        }
        FileStore place = Files.getFileStore(path);
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("store", path.toString())
                    .put("uuid", uuid(root))
                    .put("closed", root.closed())
                    .put("session", root.session())
                    .put("begin", root.beginLsn())
                    .put("stable", root.stableLsn())
                    .put("segmentSize", root.segmentSize())
                    .put("blockSize", root.blockSize())
                    .put("rootBytes", root.appRoot().length)
                    .put("segments", segments.size())
                    .put("segmentBytes", bytes)
                    .put("usableBytes", place.getUsableSpace())
                    .put("owner", store.lastOwner().orElse(null)));
        } else {
            tell(store, root, segments.size(), bytes, place.getUsableSpace());
        }
        return ExitCode.OK.code();
    }

    private void tell(LiveStore store, Root root, int segments, long bytes, long usable) throws IOException {
        Screen screen = reporting.screen();
        screen.row("store", path + ", " + uuid(root));
        screen.row("log", "LSN " + root.beginLsn() + " to " + root.stableLsn() + " on record as stable");
        screen.row(
                "session",
                root.session() + (root.closed() ? ", closed" : ", not closed: it is in use, or its owner ended without closing it"));
        screen.row("owner", store.lastOwner().orElse("unknown"));
        screen.row("segments", Quantity.count(segments) + " of " + Quantity.count(root.segmentSize()) + " bytes, blocks of "
                + Quantity.count(root.blockSize()) + "; files of " + Quantity.bytes(bytes));
        screen.row("root", Quantity.count(root.appRoot().length) + " bytes of the application's");
        screen.row("free", Quantity.bytes(usable) + " on this file system");
    }

    /** Of a segment that is being trimmed there may be a name and no file any more. */
    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static String uuid(Root root) {
        return new UUID(root.uuidHigh(), root.uuidLow()).toString();
    }
}
